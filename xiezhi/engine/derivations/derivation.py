"""What a derivation is: a deterministic pure function, tables to tables, written once for all fields and engines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from xiezhi.engine.errors import XiezhiError

Arguments = Mapping[str, Any]
Schemas = Mapping[str, Mapping[str, str]]  # role → column → DuckDB type
Tables = Mapping[str, pa.Table]


class BadInput(XiezhiError):  # noqa: N818  named by what it says
    """A derivation is given arguments or inputs that it cannot work with."""


@dataclass(frozen=True)
class Derivation:
    """A named derivation.

    Attributes:
        version: raised by hand whenever the result can change; part of fingerprints.
        inputs: role → whether it must be given.
        output: columns and DuckDB types of the result, for the schemas of the inputs; raises ``BadInput``.
        partition: columns by which rows may be worked on apart.
        run: the inputs and the calendar dataset → the result, in the order of its key whatever the order of rows.
        counts_days: whether the calendar has a part in the result, so that a changed calendar changes it.
    """

    name: str
    version: int
    inputs: Mapping[str, bool]
    output: Callable[[Schemas, Arguments], dict[str, str]]
    partition: Callable[[Arguments], tuple[str, ...]]
    run: Callable[[Tables, pa.Table, Arguments], pa.Table]
    counts_days: bool = False


def listed(derivation: str, arguments: Arguments, name: str, instead: str) -> tuple[str, ...]:
    """Return an argument that lists columns.

    Raises:
        BadInput: it is missing, empty, or no list of texts.
    """
    value = arguments.get(name)
    if not isinstance(value, list | tuple) or not value or not all(isinstance(item, str) for item in value):
        raise BadInput(f"{derivation}: the argument {name} is {value!r}; {instead}")
    return tuple(value)


def columns_of(
    derivation: str, inputs: Schemas, role: str, wanted: Mapping[str, Sequence[str] | None]
) -> Mapping[str, str]:
    """Return the columns of an input, sure to hold those wanted. ``wanted``: column → types allowed, None for any.

    Raises:
        BadInput: the input or a column is missing, or of another type.
    """
    columns = inputs.get(role)
    if columns is None:
        raise BadInput(f"{derivation}: the input {role} is missing; name a view or dataset under [inputs]")
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise BadInput(f"{derivation}: the input {role} lacks {', '.join(missing)}; add to its SELECT")
    unlike = [
        f"{name} is {columns[name]}, write CAST({name} AS {types[0]})"
        for name, types in wanted.items()
        if types and columns[name] not in types
    ]
    if unlike:
        raise BadInput(f"{derivation}: in the input {role}, {'; '.join(unlike)}")
    return columns
