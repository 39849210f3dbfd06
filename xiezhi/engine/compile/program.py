"""A whole pack compiled for one run: its views, its indicators, and what the run cannot feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xiezhi.engine.compile.plain import Draft, PlainCompiler
from xiezhi.engine.compile.plan import Compiled, CompiledView
from xiezhi.engine.intake.model import NormOfRun
from xiezhi.engine.packs.model import Pack
from xiezhi.engine.words import Words

Fed = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Missing:
    """What an indicator needs and the source does not feed: ``dataset`` or ``dataset.column``."""

    columns: tuple[str, ...]

    @property
    def words(self) -> Words:
        """Why it is not run."""
        names = ", ".join(self.columns)
        return Words(f"未运行：缺少列 {names}", f"not run: column {names} missing")


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
        AuthorError: an SQL or a rule is refused, with file, line and what to write instead.
    """
    compiler = PlainCompiler(pack, norm)
    indicators: dict[str, Compiled | Missing] = {}
    assumed: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for name in only:
        indicator = pack.indicators[name]
        plan = compiler.indicator(indicator)
        missing, constants, used = compiler.unfed(indicator, plan, fed)
        indicators[name] = Missing(missing) if missing else compiler.assuming(plan, used)
        assumed[name] = constants
    return Programmed(compiler.views, indicators, assumed)


def compile_views(pack: Pack, *, norm: NormOfRun) -> Mapping[str, CompiledView]:
    """Compile the views of a pack."""
    return PlainCompiler(pack, norm).views


def draft_of(sql: str, path: Path, pack: Pack, *, norm: NormOfRun) -> Draft:
    """Compile a draft SELECT.

    Raises:
        AuthorError: it is refused.
    """
    return PlainCompiler(pack, norm).draft(sql, path)
