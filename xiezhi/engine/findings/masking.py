"""How names are shown: masked by default, by the usual convention (facts.md §5.3).

Names keep their first character, identity numbers the first six and last four, telephones the first three and last
four digits. A pseudonym that the mapping declares open is shown in full.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from xiezhi.engine.intake.tokens import shown

_TOKEN = re.compile(r"p:([0-9a-f]{16})")
_IDENTITY = re.compile(r"\d{15}|\d{17}[\dXx]")
_TELEPHONE = re.compile(r"1\d{10}")


def masked(text: str) -> str:
    """Return the masked form of a name or number."""
    if _IDENTITY.fullmatch(text):
        return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}"
    if _TELEPHONE.fullmatch(text):
        return f"{text[:3]}****{text[-4:]}"
    return text[:1] + "*" * min(max(len(text) - 1, 1), 3)


@dataclass(frozen=True)
class Display:
    """Resolves tokens for showing. ``vault``: token → text; ``opened``: tokens shown in full; ``reveal``: all are."""

    vault: Mapping[int, str] = field(default_factory=dict)
    opened: frozenset[int] = frozenset()
    reveal: bool = False

    def token(self, token: int) -> str:
        """Return what a person may see in place of a token."""
        text = self.vault.get(token)
        if text is None:
            return shown(token)
        return text if self.reveal or token in self.opened else masked(text)

    def resolve(self, text: str) -> str:
        """Replace every written token in a text."""
        return _TOKEN.sub(lambda found: self.token(int(found[1], 16)), text)
