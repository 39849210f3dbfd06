"""What each act asks for: a reason, a person, a day, an outcome, files. Kept small: each act lists its fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.dispositions.documents import KINDS
from xiezhi.kernel.dispositions.enums import Act
from xiezhi.kernel.dispositions.page import Asking
from xiezhi.web.account.words import told
from xiezhi.web.language import said

_MISSING = told("写上这一项", "Write this")
_LISTED = told("从列出的里面选", "Choose one of those listed")
_DAY = told("写成2026-06-01这样", "Write it like 2026-06-01")


@dataclass(frozen=True)
class Asks:
    """What the form of an act asks. ``text``: the label of its words; ``needed``: they may not be empty."""

    text: Words
    hint: Words = NOTHING
    needed: bool = True
    files: bool = False
    person: bool = False
    day: bool = False
    days: bool = False
    outcome: bool = False


_NOTE = Words("附言", "A note")
ASKS: dict[Act, Asks] = {
    Act.ACKNOWLEDGE: Asks(_NOTE, Words("可以不写。", "You may leave it empty."), needed=False),
    Act.ASSIGN: Asks(_NOTE, Words("告诉接手的人为什么转。", "Tell the next person why."), needed=False, person=True),
    Act.COMMENT: Asks(
        Words("要说的话", "What you have to say"),
        Words("承办人和单位都看得到。", "Everybody who sees this alert can read it."),
        files=True,
    ),
    Act.ASK: Asks(
        Words("请单位说明什么", "What the body should explain"),
        Words(
            "单位从这时起看得到这条预警。写明要哪份材料。",
            "From now on the body sees the alert. Name the paper you need.",
        ),
        days=True,
    ),
    Act.REPLY: Asks(
        Words("答复", "The reply"),
        Words(
            "写明原因，附上能证明的材料。陈述申辩不会加重。",
            "Give the reason and attach the proof. Stating your case never makes things worse.",
        ),
        files=True,
    ),
    Act.ACCEPT: Asks(_NOTE, Words("可以不写。", "You may leave it empty."), needed=False),
    Act.SEND_BACK: Asks(
        Words("还缺什么", "What is missing"), Words("写明要补哪份材料。", "Name the paper that is missing.")
    ),
    Act.PROPOSE: Asks(
        Words("理由", "The reason"),
        Words("写明看到了什么材料，为什么是这个结论。", "Say what you have seen, and why it is this outcome."),
        outcome=True,
    ),
    Act.CLOSE: Asks(
        _NOTE, Words("可以不写。结案后不能撤回。", "You may leave it empty. Closing cannot be undone."), needed=False
    ),
    Act.REJECT: Asks(Words("理由", "The reason"), Words("写明还要核实什么。", "Say what is still to be verified.")),
    Act.MUTE: Asks(
        Words("理由", "The reason"),
        Words("须另一人同意；到期自动结束。", "Another person must agree; it ends by itself."),
        day=True,
    ),
    Act.SECOND_MUTE: Asks(_NOTE, Words("可以不写。", "You may leave it empty."), needed=False),
    Act.UNMUTE: Asks(_NOTE, Words("可以不写。", "You may leave it empty."), needed=False),
    Act.EXTEND: Asks(Words("理由", "The reason"), Words("最多延长10个工作日。", "Ten working days at most."), day=True),
}


class Files(forms.FileField):
    """Several files in one field."""

    widget = forms.FileInput

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        """Return the files, none where none was chosen."""
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(Files, self).clean(item, initial) for item in chosen]


class _Several(forms.FileInput):
    allow_multiple_selected = True


class ActForm(forms.Form):
    """The form of one act on one alert."""

    def __init__(self, *args: Any, act: Act, asking: Asking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks = ASKS[act]
        if asks.person:
            self._choose("person", told("转给谁", "To whom"), _people(asking))
        if asks.outcome:
            self._choose("outcome", told("结论", "The outcome"), _said(asking.outcomes))
            causes = [("", said(Words("（不适用）", "(does not apply)"))), *_said(asking.causes)]
            self._choose("cause", told("若有正当缘由，是哪一种", "If innocent, which cause"), causes, required=False)
        self._text(asks)
        if asks.day:
            self._day()
        if asks.days:
            self._days()
        if asks.files:
            known = ", ".join(sorted(KINDS))
            self.fields["files"] = Files(
                label=said(Words("材料", "Documents")),
                required=False,
                help_text=said(Words(f"可以多选，每份最大50兆字节：{known}", f"Several, 50 MB each: {known}")),
                widget=_Several(attrs={"multiple": True, "accept": ",".join(sorted(KINDS))}),
            )

    def _text(self, asks: Asks) -> None:
        self.fields["text"] = forms.CharField(
            label=said(asks.text),
            required=asks.needed,
            max_length=4000,
            help_text=said(asks.hint),
            widget=forms.Textarea(attrs={"rows": 5}),
            error_messages={"required": _MISSING},
        )

    def _choose(self, name: str, label: Any, choices: Iterable[tuple[str, str]], *, required: bool = True) -> None:
        given = list(choices)
        self.fields[name] = forms.ChoiceField(
            label=label,
            required=required,
            choices=[("", "–"), *given] if required else given,
            error_messages={
                "required": _MISSING,
                "invalid_choice": _LISTED,
            },
        )

    def _day(self) -> None:
        self.fields["until"] = forms.DateField(
            label=said(Words("到哪一天", "Until which day")),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"required": _MISSING, "invalid": _DAY},
        )

    def _days(self) -> None:
        self.fields["days"] = forms.IntegerField(
            label=said(Words("几个工作日内答复", "Working days to answer in")),
            min_value=1,
            max_value=30,
            initial=5,
            error_messages={
                "required": _MISSING,
                "invalid": told("写一个数，例如5", "Write a number, such as 5"),
                "min_value": told("至少1个工作日", "1 working day at least"),
                "max_value": told("最多30个工作日", "30 working days at most"),
            },
        )


def _people(asking: Asking) -> list[tuple[str, str]]:
    return [(str(person.id), person.name) for person in asking.officers]


def _said(choices: Iterable[tuple[str, Words]]) -> list[tuple[str, str]]:
    return [(name, said(words)) for name, words in choices]
