"""Each act on an alert has a page of its own: what it does, what it asks; then one action, and back with a notice."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from xiezhi.engine.words import Words
from xiezhi.kernel.access.may import NotAllowed
from xiezhi.kernel.dispositions.documents import BadDocument
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.dispositions.page import asking
from xiezhi.kernel.dispositions.taking import TextMissing, WrongState
from xiezhi.web.alerts.answering import answered, refused
from xiezhi.web.alerts.carrying import carry_out
from xiezhi.web.alerts.forms import ASKS, ActForm
from xiezhi.web.language import said
from xiezhi.web.request import actor_of_request

DONE: dict[Act, Words] = {
    Act.ACKNOWLEDGE: Words("已认领，由您核实。", "Taken on: it is yours to verify."),
    Act.ASSIGN: Words("已转给对方，并通知了对方。", "Assigned, and the other is told."),
    Act.COMMENT: Words("留言已记入经过。", "Your comment is in the course of the alert."),
    Act.ASK: Words("已请单位说明，单位的联络员收到了通知。", "The body is asked; its liaison is told."),
    Act.REPLY: Words("答复已送承办人。", "Your reply is with the officer."),
    Act.ACCEPT: Words("已接受答复。接下来提出结论。", "Reply accepted. Next, propose an outcome."),
    Act.SEND_BACK: Words("已退回，单位收到了通知。", "Sent back; the body is told."),
    Act.PROPOSE: Words("结论已送第二人审核。", "The outcome awaits the second person."),
    Act.CLOSE: Words("已结案。", "Closed."),
    Act.REJECT: Words("结论已退回承办人。", "The proposal is back with the officer."),
    Act.MUTE: Words("暂缓已送第二人审核。", "The hold awaits the second person."),
    Act.SECOND_MUTE: Words("已同意暂缓。", "The hold is agreed."),
    Act.UNMUTE: Words("暂缓已结束。", "The hold has ended."),
    Act.EXTEND: Words("期限已延长。", "The deadline is extended."),
}


@answered
def act(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """Ask what an act needs, and do it."""
    if name not in Act.values:
        raise Http404
    chosen, actor, now = Act(name), actor_of_request(request), timezone.now()
    page = asking(actor, number, chosen, at=now)
    if page.act is None:
        return refused(request, Words("这条预警现在没有这一步", "This alert has no such step now"))
    if not page.act.allowed:
        return refused(request, page.act.refused)
    form = ActForm(request.POST or None, request.FILES or None, act=chosen, asking=page)
    if request.method == "POST" and form.is_valid():
        try:
            carry_out(chosen, page.alert, form.cleaned_data, by=actor, at=now)
        except NotAllowed as error:
            return refused(request, error.refused.reason)
        except (TextMissing, WrongState, BadDocument) as error:
            form.add_error(_where(error, chosen), said(error.words))
        else:
            messages.success(request, said(DONE[chosen]), extra_tags="done")
            return HttpResponseRedirect(reverse("alert", args=[number]))
    context = {"page": page, "view": page.view, "act": page.act, "form": form, "asks": ASKS[chosen]}
    return render(request, "alerts/act.html", context, status=400 if form.errors else 200)


def _where(error: Exception, act: Act) -> str | None:
    """Return the field in which a refusal of the action is mended."""
    if isinstance(error, BadDocument):
        return "files"
    if isinstance(error, TextMissing):
        return "until" if ASKS[act].day else "cause" if act == Act.PROPOSE else "text"
    return None
