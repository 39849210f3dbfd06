"""What every page has around it."""

from typing import Any

from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page shows."""
    return {"theme": request.COOKIES.get("theme", "system")}
