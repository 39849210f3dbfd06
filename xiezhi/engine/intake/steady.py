"""How long a zone keeps one offset: there its rules need not be asked, which costs most of typing."""

import duckdb

from xiezhi.engine.intake.typed import Steady, literal, template


def steady(connection: "duckdb.DuckDBPyConnection", zone: str) -> Steady:
    """Return the longest stretch between 1970 and 2100 in which a zone did not change its clocks (days, in UTC)."""
    begin, end, offset = connection.sql(template("steady").format(zone=literal(zone))).fetchall()[0]
    return Steady(begin, end, int(offset))
