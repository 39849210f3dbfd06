"""What a derivation is: a deterministic pure function, tables to tables, written once for all fields and engines."""

from collections.abc import Callable, Mapping
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
        output: columns and DuckDB types of the result.
        partition: columns by which rows may be worked on apart.
        run: inputs, calendar dataset and arguments → result. The order of rows changes nothing but the order of rows.
    """

    name: str
    version: int
    inputs: Mapping[str, bool]
    output: Callable[[Schemas, Arguments], dict[str, str]]
    partition: Callable[[Arguments], tuple[str, ...]]
    run: Callable[[Tables, pa.Table, Arguments], pa.Table]
