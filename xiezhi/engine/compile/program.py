"""A whole pack compiled for one run: its views, its indicators, and what the run cannot feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xiezhi.engine.compile.compiler import CompiledDraft, compile_draft, compile_indicator
from xiezhi.engine.compile.missing import Fed, Missing, constants
from xiezhi.engine.compile.plan import Compiled, CompiledView
from xiezhi.engine.compile.views import build_catalog
from xiezhi.engine.errors import AuthorError, Issue
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.model import Pack


@dataclass(frozen=True)
class Programmed:
    """Views and indicators of a pack for one run.

    Attributes:
        assumed: indicator → dataset → column → SQL literal bound in place of a column that is not fed.
    """

    views: Mapping[str, CompiledView]
    indicators: Mapping[str, Compiled | Missing]
    assumed: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def constants(self, indicator: str) -> Mapping[str, Mapping[str, str]]:
        """Return what is bound in place of unfed columns for one indicator."""
        return self.assumed.get(indicator, {})


def compile_pack(pack: Pack, *, fed: Fed, norm: NormOfRun, only: Sequence[str]) -> Programmed:
    """Compile the views and the named indicators of a pack.

    Raises:
        AuthorError: SQL or rules are refused, with file, line and what to write instead; of all indicators together.
    """
    catalog = build_catalog(pack, fed=fed, norm=norm)
    indicators: dict[str, Compiled | Missing] = {}
    assumed: dict[str, Mapping[str, Mapping[str, str]]] = {}
    issues: list[Issue] = []
    for name in only:
        try:
            plan = indicators[name] = compile_indicator(pack.indicators[name], catalog, pack)
        except AuthorError as error:
            issues += error.issues
            continue
        if isinstance(plan, Compiled):
            taken = tuple(item for item in pack.indicators[name].assumes if item.target in plan.assumed)
            assumed[name] = constants(pack, taken)
    if issues:
        raise AuthorError(issues)
    return Programmed(catalog.views, indicators, assumed)


def compile_views(pack: Pack, *, norm: NormOfRun) -> Mapping[str, CompiledView]:
    """Compile the views of a pack.

    Raises:
        AuthorError: a view is refused.
    """
    return build_catalog(pack, norm=norm).views


def draft_of(sql: str, path: Path, pack: Pack, *, norm: NormOfRun) -> CompiledDraft:
    """Compile a draft SELECT.

    Raises:
        AuthorError: it is refused.
    """
    return compile_draft(sql, path, build_catalog(pack, norm=norm))


__all__ = ["Missing", "Programmed", "compile_pack", "compile_views", "draft_of"]
