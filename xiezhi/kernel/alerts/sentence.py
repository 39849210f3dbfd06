"""The sentence of an alert: the message of its worst finding, set as a title is."""

import re

from xiezhi.engine.words import Words
from xiezhi.kernel.alerts.identity import Body

# The browser makes the gap between Chinese and Latin or digits: none is typed.
_HAN, _LATIN = "[\\u3400-\\u9fff]", "[0-9A-Za-z]"
_TYPED = re.compile(f"(?<={_HAN}) (?={_LATIN}|{_HAN})|(?<={_LATIN}) (?={_HAN})")


def sentence_of(body: Body) -> Words:
    """Return the message of a finding as a sentence: no typed gaps in Chinese, a capital at the head in English."""
    message = body["message"]
    zh, en = str(message["zh"]), str(message["en"])
    return Words(_TYPED.sub("", zh), en[:1].upper() + en[1:])
