"""What each room tells the lower rooms at start: kinds of events, permissions, the tree of organisations."""

from importlib import import_module

ROOMS = ("ledger", "access", "registry", "intake", "findings", "alerts", "dispositions")
_TELLING = ("events", "permissions", "tree", "handover", "apply", "following")


def register() -> None:
    """Import the modules that register themselves, from the lowest room up."""
    for room in ROOMS:
        for name in _TELLING:
            module = f"xiezhi.kernel.{room}.{name}"
            try:
                import_module(module)
            except ModuleNotFoundError as error:
                if error.name != module:
                    raise
