"""The sentence of a finding: value names and subject columns in braces, filled in."""

import re
from collections.abc import Mapping

from xiezhi.engine.findings.texts import Text
from xiezhi.engine.words import Words

_NAME = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_TRUTH = {True: Words("是", "yes"), False: Words("否", "no")}
_EMPTY = Words("（空）", "(empty)")


def sentence(template: Words, values: Mapping[str, Text]) -> Words:
    """Return the template with every name in braces replaced by its value, in both languages."""
    return Words(
        _NAME.sub(lambda found: _shown(values.get(found[1])).zh, template.zh),
        _NAME.sub(lambda found: _shown(values.get(found[1])).en, template.en),
    )


def _shown(value: Text) -> Words:
    if value is None:
        return _EMPTY
    if isinstance(value, bool):
        return _TRUTH[value]
    text = str(value).replace("T00:00:00", "")
    return Words(text, text)
