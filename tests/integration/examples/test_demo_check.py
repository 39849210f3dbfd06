"""The invented city through `check`: everything planted is found, nothing else is, bad rows are in quarantine."""

from xiezhi.demo.generate import generate
from xiezhi.demo.score import score
from xiezhi.engine.check.run import Request, run_check
from xiezhi.engine.packs.load import find_packs, load_pack


def test_planted_is_found_and_nothing_else(tmp_path) -> None:
    truth = generate(tmp_path, scale=0.15)
    pack = load_pack(find_packs([])["approvals"])
    with run_check(Request(pack=pack, files=sorted(tmp_path.glob("*.csv")))) as outcome:
        assert [ran.indicator.id for ran in outcome.ran if ran.not_run] == []
        lines = score(outcome.findings, truth.planted)
        assert outcome.batch.quarantined == truth.hostile
        assert outcome.batch.accepted["cases"] == truth.cases
    wrong = [line for line in lines if line["missed"] or line["false_alarms"] or not line["planted"]]
    assert wrong == []
    assert {line["rule"].split(".")[0] for line in lines} == set(pack.indicators)
