"""The derivation ``statistics``: each member of a group beside the others of the group.

For a member with n values and others with m: medians (the mean of the two middle values where the count is even), the
winsorised mean (the lowest and the highest n // 10 values set to the nearest value left), ``p`` of the one-sided
rank-sum test (direction ``low``: the member's values are lower than those of the others) and ``q``, Benjamini–Hochberg
over the members of the group. ``p`` is counted out where n × m is 400 or less and no two values of the group are
equal, else it is the normal approximation with tie and continuity correction. ``q`` is worked out from ``p`` as
rounded, so that anyone can do it again from the rows. A member alone in its group has no ``p``, and is no test.

Rows without a member or a value are left out. A group whose columns are NULL is a group.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xiezhi.engine.derivations.derivation import Arguments, BadInput, Derivation, Schemas, Tables, columns_of, listed
from xiezhi.engine.derivations.keys import Numbers, dense, without_null
from xiezhi.engine.derivations.peers import Peers
from xiezhi.engine.derivations.ranksum import p_millionths, q_millionths

_WHOLE = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT")
_OUTPUT = {
    "n": "BIGINT",
    "others": "BIGINT",
    "member_median": "DECIMAL(18,1)",
    "others_median": "DECIMAL(18,1)",
    "winsorised_mean": "DECIMAL(18,3)",
    "p": "DECIMAL(9,6)",
    "q": "DECIMAL(9,6)",
}
_LARGEST = 10**15  # what DECIMAL(18,3) holds


def _group(arguments: Arguments) -> tuple[str, ...]:
    return listed("statistics", arguments, "group", 'write group = ["matter_no"], the columns that make a peer group')


def _named(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise BadInput(f"statistics: the argument {name} is {value!r}; name one column of the input rows")
    return value


def _output(inputs: Schemas, arguments: Arguments) -> dict[str, str]:
    group, member, value = _group(arguments), _named(arguments, "member"), _named(arguments, "value")
    if arguments.get("direction") not in ("low", "high"):
        raise BadInput(f"statistics: direction is {arguments.get('direction')!r}; write low or high")
    if unknown := sorted(set(arguments) - {"group", "member", "value", "direction"}):
        raise BadInput(
            f"statistics: unknown arguments {', '.join(unknown)}; there are group, member, value and direction"
        )
    rows = columns_of("statistics", inputs, "rows", {**dict.fromkeys((*group, member)), value: _WHOLE})
    own = {name: rows[name] for name in (*group, member)}
    if len(own) <= len(group) or (taken := sorted(own.keys() & _OUTPUT.keys())):
        wrong = ", ".join(taken) if len(own) > len(group) else member
        raise BadInput(f"statistics: the column {wrong} would stand twice in the output; rename it in the input rows")
    return own | _OUTPUT


def _run(tables: Tables, calendar: pa.Table, arguments: Arguments) -> pa.Table:  # noqa: ARG001  days play no part
    group, member, value = _group(arguments), _named(arguments, "member"), _named(arguments, "value")
    rows = without_null(tables["rows"].select(list(dict.fromkeys((*group, member, value)))), (member, value))
    (members,), (groups,) = dense([rows], (*group, member)), dense([rows], group)
    first = np.unique(members, return_index=True)[1]
    columns = {name: rows.column(name).take(pa.array(first)) for name in (*group, member)}
    peers = Peers(groups, members, _values(rows.column(value), value))
    return pa.table(columns | _measured(peers, low=arguments["direction"] == "low"))


def _values(column: pa.ChunkedArray, name: str) -> Numbers:
    least, most = pc.min_max(column).as_py().values()
    if len(column) and max(abs(least), abs(most)) >= _LARGEST:
        raise BadInput(f"statistics: {name} has values beyond 10^15; use a coarser unit")
    values: Numbers = column.cast(pa.int64()).to_numpy().astype(np.int64)
    return values


def _measured(peers: Peers, *, low: bool) -> dict[str, pa.Array]:
    if not len(peers.value):
        return {name: pa.array([], _ARROW[name]) for name in _OUTPUT}
    own, others = peers.sizes()
    median, rest = peers.doubled_medians()
    p, q = _chances(peers, own, others, low=low)
    means = [
        (2000 * total + count) // (2 * count)  # thousandths, rounded half up
        for total, count in zip(peers.winsorised_sums(), own.tolist(), strict=True)
    ]
    alone = others == 0
    return {
        "n": pa.array(own, pa.int64()),
        "others": pa.array(others, pa.int64()),
        "member_median": _decimals(median * 5, "member_median"),
        "others_median": _decimals(rest * 5, "others_median", alone),
        "winsorised_mean": _decimals(np.array(means, dtype=np.int64), "winsorised_mean"),
        "p": _decimals(p, "p", alone),
        "q": _decimals(q, "q", alone),
    }


def _chances(peers: Peers, own: Numbers, others: Numbers, *, low: bool) -> tuple[Numbers, Numbers]:
    """Return p and q in millionths; 0 where a member is alone."""
    group, ties = peers.group_of(), peers.ties()
    tested = np.flatnonzero(others > 0)
    p, q = np.zeros(len(own), dtype=np.int64), np.zeros(len(own), dtype=np.int64)
    doubled_u = peers.doubled_u()
    for member in tested.tolist():
        p[member] = p_millionths(
            own=int(own[member]),
            others=int(others[member]),
            doubled_u=int(doubled_u[member]),
            ties=ties[int(group[member])],
            low=low,
        )
    q[tested] = q_millionths(p[tested], group[tested])
    return p, q


def _decimals(numbers: Numbers, name: str, absent: Numbers | None = None) -> pa.Array:
    """Return units of the last place as decimals, without an object for each: there may be millions."""
    words = np.empty((len(numbers), 2), dtype="<i8")
    words[:, 0], words[:, 1] = numbers, numbers >> 63  # the sign fills the upper half
    whole = pa.Array.from_buffers(_ARROW[name], len(numbers), [None, pa.py_buffer(words)])
    return whole if absent is None else pc.if_else(pa.array(~absent), whole, None)


_ARROW = {
    "n": pa.int64(),
    "others": pa.int64(),
    "member_median": pa.decimal128(18, 1),
    "others_median": pa.decimal128(18, 1),
    "winsorised_mean": pa.decimal128(18, 3),
    "p": pa.decimal128(9, 6),
    "q": pa.decimal128(9, 6),
}

STATISTICS = Derivation(name="statistics", version=1, inputs={"rows": True}, output=_output, partition=_group, run=_run)
