"""The kernel as one Django app: one label, one history of migrations."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Registers the rooms' event kinds and permissions when the application starts."""

    name = "xiezhi.kernel"
    label = "kernel"
    verbose_name = "Xiezhi kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let each room tell the lower ones of its kinds of events and its permissions."""
        from xiezhi.kernel import start  # noqa: PLC0415  models must be loaded first

        start.register()
