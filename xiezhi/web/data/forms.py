"""Forms of data quality: files, a decision about a held delivery, a corrected row, a reason."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from xiezhi.kernel.intake.waiting import Handed
from xiezhi.web.account.words import told

_TOKEN = "p:"  # noqa: S105  the beginning of a token that stands for a protected value
_LONG = 60


class FilesInput(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


def handed(files: Iterable["UploadedFile[Any]"]) -> list[Handed]:
    """Return uploaded files as intake takes them."""
    return [Handed(file.name or "", file.size or 0, file.chunks()) for file in files]


class ReasonForm(forms.Form):
    """Why something is not taken, or not corrected."""

    reason = forms.CharField(
        label=told("理由", "Reason"),
        max_length=500,
        strip=True,
        error_messages={"required": told("写明理由", "Say why")},
    )


class RowForm(forms.Form):
    """A row, cell by cell: a field for each heading, in the order of the file."""

    def __init__(self, cells: tuple[tuple[str, str], ...], wrong: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = [heading for heading, _ in cells]
        for place, (heading, text) in enumerate(cells):
            self.fields[f"cell-{place}"] = _cell(heading, text, is_wrong=heading == wrong)

    def content(self) -> Mapping[str, str | None]:
        """Return the row as it stands in the form."""
        return {heading: self.cleaned_data[f"cell-{place}"] for place, heading in enumerate(self.headings)}


def _cell(heading: str, text: str, *, is_wrong: bool) -> forms.CharField:
    hint = ""
    if text.startswith(_TOKEN):
        hint = told("受保护的值：不改动就是原值", "A protected value: left as it is, it stands for itself")
    elif is_wrong:
        hint = told("没收下就因为这一格", "It was not accepted because of this cell")
    widget: forms.Widget = forms.Textarea(attrs={"rows": 3}) if len(text) > _LONG else forms.TextInput()
    return forms.CharField(
        label=heading or told("整行文字", "The whole line"),
        initial=text,
        required=False,
        strip=False,
        help_text=hint,
        widget=widget,
    )
