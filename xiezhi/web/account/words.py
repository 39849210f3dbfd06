"""Words of forms and messages, said when they are shown: in the language of the page, not of the start."""

from django.utils.functional import lazy

from xiezhi.engine.words import Words
from xiezhi.web.language import said

_said = lazy(said, str)


def told(zh: str, en: str) -> str:
    """Return a text that becomes the language of the page when it is shown."""
    text: str = _said(Words(zh, en))
    return text
