"""Which types an output column may have, so that its values have one exact text on every engine.

HUGEINT and DOUBLE are what SUM and AVG give unless they are cast: the first is unknown elsewhere, the second depends
on the order of summing.
"""

import re
from collections.abc import Mapping

from xiezhi.engine.run.errors import UnsafeTypes

_SAFE = re.compile(r"(TINYINT|SMALLINT|INTEGER|BIGINT|DECIMAL\(\d+,\d+\)|BOOLEAN|VARCHAR|DATE|TIMESTAMP|BIGINT\[\])")


def check_types(query: str, types: Mapping[str, str]) -> None:
    """Refuse output columns of other types than whole numbers, DECIMAL, BOOLEAN, VARCHAR, DATE, TIMESTAMP, BIGINT[].

    Raises:
        UnsafeTypes: naming every such column with its type.
    """
    unsafe = [f"{column} is {kind}" for column, kind in types.items() if not _SAFE.fullmatch(kind)]
    if unsafe:
        raise UnsafeTypes(", ".join(unsafe), step=query)
