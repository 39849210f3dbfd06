"""Looking at a masked name on the page of a subject: with a reason, on record, and shown once."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from xiezhi.engine.findings.masking import Display
from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import require
from xiezhi.kernel.findings.reading import Facts, read_facts
from xiezhi.kernel.intake.looking import find_subject
from xiezhi.kernel.intake.vault import NotInVault, resolve
from xiezhi.kernel.intake.vault import reveal as look
from xiezhi.web.alerts.reveal import RevealForm
from xiezhi.web.components.showing import token_cell
from xiezhi.web.fields.opening import field_for, opened
from xiezhi.web.fields.views import about
from xiezhi.web.language import said

_ERASED = Words("这个值已依法删除，不能再看。", "This value was erased and cannot be seen.")


@opened
def reveal(request: HttpRequest, field: str, kind: str, key: str, token: str) -> HttpResponseBase:
    """Ask for the reason, then show the value once. The token must stand on the page of this subject."""
    pack, actor = field_for(request, field)
    row = find_subject(actor, field, kind, key)
    place = about(row)
    require(actor, "vault.reveal", place)
    screen = pack.screen_of(kind)
    wanted = int(token, 16)
    label = _label(read_facts(row, screen), wanted) if screen is not None else None
    if label is None:
        raise Http404(f"{token} does not stand on the page of {key}")
    form, value = RevealForm(request.POST or None), ""
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            value = look(actor, wanted, about=(place.kind, place.id), reason=reason, at=timezone.now())
        except NotInVault:
            form.add_error(
                None, said(Words("这个值已依法删除，不能再看。", "This value was erased and cannot be seen."))
            )
    masked = token_cell(Display(resolve([wanted])), wanted).words
    context = {"pack": pack, "subject": row, "label": label, "masked": masked, "form": form, "value": value}
    response = render(request, "fields/reveal.html", context, status=400 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


def _label(facts: Facts, token: int) -> Words | None:
    """Return what the column is called in which a token stands, None where it stands in none."""
    for rows in facts.parts.values():
        for name in rows.tokens:
            if any(row.get(name) == token for row in rows.rows):
                manner = rows.manners.get(name)
                return manner.words if manner is not None else Words(name, name)
    return None
