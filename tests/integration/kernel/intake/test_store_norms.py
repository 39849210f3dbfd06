"""A norm is kept whole, whatever its mapping says."""

from dataclasses import fields
from datetime import date
from decimal import Decimal

import orjson

from xiezhi.engine.intake.model import NormOfRun, ParameterOverride, TableOverride
from xiezhi.engine.packs.model import Law
from xiezhi.engine.words import Words
from xiezhi.kernel.intake.norms import as_json, from_json

WHOLE = NormOfRun(
    calendar="NL",
    indicators=("due_missed",),
    parameters=(
        ParameterOverride("days", 40, "decision"),
        ParameterOverride("share", Decimal("0.50"), "decision"),
        ParameterOverride("strict", value=False, source="decision"),
        ParameterOverride("unit", "40", "decision"),
    ),
    basis=(Law("Awb", "4:13", "2010-10-01", "K", "note"),),
    limit_name=Words("登记的期限", "recorded deadline"),
    tables=(TableOverride("limits", ("M1", date(2020, 1, 1), None, 5), "decision"),),
)


def test_every_part_of_a_norm_comes_back_as_it_was() -> None:
    again = from_json(orjson.loads(orjson.dumps(as_json(WHOLE))))
    assert again == WHOLE
    assert [type(one.value) for one in again.parameters] == [int, Decimal, bool, str]
    assert set(as_json(WHOLE)) == {one.name for one in fields(NormOfRun)}
    assert all(getattr(WHOLE, one.name) for one in fields(NormOfRun))
