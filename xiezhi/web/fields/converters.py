"""How keys stand in addresses."""


class TokenConverter:
    """The token of a direct identifier: sixteen hexadecimal digits."""

    regex = "[0-9a-f]{16}"

    def to_python(self, value: str) -> str:
        """Return it as it is written."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it is written."""
        return value
