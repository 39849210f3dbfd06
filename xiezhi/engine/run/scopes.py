"""Which indicators one restricted job can answer, and when a restricted run is enough.

A job binds each dataset once, restricted to the touched scopes or not. Two indicators may share it only where they
want every dataset that both read bound in the same way.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from xiezhi.engine.compile.plan import Compiled
from xiezhi.engine.run.jobs import Touched


@dataclass(frozen=True)
class Together:
    """Indicators that one job can answer.

    Attributes:
        columns: of the scope, empty for indicators that run whole.
        binds: dataset → the columns that carry the scope, None for a dataset that is read whole.
    """

    plans: tuple[Compiled, ...]
    columns: tuple[str, ...]
    binds: Mapping[str, tuple[str, ...] | None]

    def touched(self, keys: pa.Table) -> Touched | None:
        """Return the restriction to scope values, one column of ``keys`` for each of the scope; None to run whole."""
        restrict = tuple((name, columns) for name, columns in self.binds.items() if columns is not None)
        return Touched(keys.select(list(self.columns)), restrict) if restrict else None


def is_local(plan: Compiled, changed: Collection[str]) -> bool:
    """Whether touched scopes are enough when rows of these datasets (or tables, or ``calendar``) have changed."""
    restricted = {name for name, _ in plan.scope.restrict}
    return plan.scope.proven and all(name in restricted for name, _ in plan.reads if name in changed)


def group_by_scope(plans: Iterable[Compiled]) -> list[Together]:
    """Put indicators together as far as their restrictions agree; those without a proven scope run whole, together."""
    groups: list[Together] = []
    for plan in plans:
        alone = _alone(plan)
        for place, group in enumerate(groups):
            if _agree(group, alone):
                groups[place] = Together((*group.plans, plan), group.columns, {**group.binds, **alone.binds})
                break
        else:
            groups.append(alone)
    return groups


def names_behind(plans: Sequence[Compiled]) -> tuple[str, ...]:
    """Return what the SQL of some indicators names, each once."""
    return tuple(dict.fromkeys(name for plan in plans for name in plan.names))


def _alone(plan: Compiled) -> Together:
    restrict = dict(plan.scope.restrict) if plan.scope.proven else {}
    columns = plan.scope.columns if restrict else ()
    return Together((plan,), columns, {name: restrict.get(name) for name, _ in plan.reads})


def _agree(group: Together, alone: Together) -> bool:
    shared = group.binds.keys() & alone.binds.keys()
    return group.columns == alone.columns and all(group.binds[name] == alone.binds[name] for name in shared)
