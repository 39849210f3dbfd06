"""What is read once for a whole page: the picture of the organisations."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xiezhi.kernel.registry.picture import pinned


class OnePicture:
    """Lets one picture of the organisations serve a page. Requests that change something read it afresh."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        if request.method not in ("GET", "HEAD"):
            return self.answer(request)
        with pinned():
            return self.answer(request)
