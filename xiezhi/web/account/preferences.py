"""Language and theme: a form without script, a cookie that the server reads, and the account that keeps them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from xiezhi.kernel.access.preferences import prefer
from xiezhi.web.request import actor_of_request

THEME_COOKIE = "theme"
THEMES = ("system", "light", "dark")
_YEAR = 365 * 24 * 60 * 60


def remember(response: HttpResponse, cookie: str, value: str) -> None:
    """Keep a choice in this browser for a year."""
    response.set_cookie(
        cookie, value, max_age=_YEAR, samesite="Lax", httponly=True, secure=bool(settings.SESSION_COOKIE_SECURE)
    )


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Take a choice and go back to the page it was made on."""
    back = request.POST.get("next", "")
    here = {request.get_host()}
    inside = url_has_allowed_host_and_scheme(back, allowed_hosts=here, require_https=request.is_secure())
    response = HttpResponseRedirect(back if inside else "/")
    language, theme = request.POST.get("language"), request.POST.get("theme")
    language = language if language in dict(settings.LANGUAGES) else None
    theme = theme if theme in THEMES else None
    prefer(by=actor_of_request(request), language=language, theme=theme)
    for cookie, value in ((settings.LANGUAGE_COOKIE_NAME, language), (THEME_COOKIE, theme)):
        if value is not None:
            remember(response, cookie, value)
    return response
