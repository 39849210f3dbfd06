"""A text in both languages, Chinese first."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Words:
    """The same words in Chinese and English."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the words in one language."""
        return self.zh if language == "zh" else self.en

    def as_json(self) -> dict[str, str]:
        """Return ``{"zh": …, "en": …}``."""
        return {"zh": self.zh, "en": self.en}

    def __bool__(self) -> bool:
        """Whether there is a text at all."""
        return bool(self.zh or self.en)


NOTHING = Words("", "")
