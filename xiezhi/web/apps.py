"""The web application as a Django app: without tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Listens to the sign-in library when the application starts."""

    name = "xiezhi.web"
    verbose_name = "Xiezhi web"

    def ready(self) -> None:
        """Let what the library tells of sign-ins reach the ledger."""
        from xiezhi.web.account import edge  # noqa: PLC0415  models must be loaded first

        edge.connect()
