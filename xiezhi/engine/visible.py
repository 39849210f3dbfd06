"""Make every character of a foreign text visible.

Texts of a source reach a terminal and a page. A control character could move the cursor, an override of direction
could turn an identifier around, a lone surrogate could not be written at all: each is shown by its number instead.
"""

import re

# C0 and C1 controls, soft hyphen, zero-width and directional characters, line and paragraph separators, surrogates,
# byte order mark, interlinear annotations, tag characters.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def visible(value: object, *, most: int | None = None) -> str:
    """Return the text with hidden characters written as ``⟨U+202E⟩``, cut to ``most`` characters with an ellipsis."""
    text = str(value)
    cut = most is not None and len(text) > most
    if cut:
        text = text[:most]
    text = _HIDDEN.sub(_number, text)
    return text + "…" if cut else text


def _number(found: "re.Match[str]") -> str:
    return " " if found[0] in "\t\r\n" else f"⟨U+{ord(found[0]):04X}⟩"
