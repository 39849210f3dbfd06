"""What the approvals pack promises to its reader: every indicator, its law, its words, its examples and its scope."""

import re

import pytest

from xiezhi.engine.compile.compiler import compile_indicator
from xiezhi.engine.packs.citations import parse_citation
from xiezhi.engine.packs.load import load_pack, shipped
from xiezhi.engine.packs.model import Status

NORMS = {
    "fast_for_one_applicant": ("AP-044W",),
    "bad_rating_unanswered": ("AP-035",),
    "decision_late": ("AP-005", "AP-006", "AP-007"),
    "delivery_late": ("AP-009",),
    "due_missed": ("AP-042",),
    "duties_not_separated": ("AP-043W",),
    "entered_after_issue": ("AP-033",),
    "excluded_time_untold": ("AP-010",),
    "fee_not_deposited": ("AP-021",),
    "fee_without_basis": ("AP-020",),
    "last_event_after_due": ("AP-042",),
    "matter_off_list": ("AP-023",),
    "order_of_acceptance": ("AP-017",),
    "step_late": ("AP-029",),
    "supplement_late": ("AP-001",),
    "supplements_repeated": ("AP-002",),
}
# These read every case of a matter, and a case may have none: they are evaluated whole.
WHOLE = {"fast_for_one_applicant", "order_of_acceptance"}
ACCUSING = re.compile(r"违法|违纪|腐败|受贿|有罪|guilty|illegal|corrupt|crime|bribe|offender", re.IGNORECASE)

indicators = pytest.mark.parametrize("name", sorted(load_pack(shipped() / "approvals").indicators))


def test_the_indicators_and_their_norms(pack) -> None:
    assert {name: indicator.norms for name, indicator in pack.indicators.items()} == NORMS


@indicators
def test_compiles_with_the_scope_it_declares(pack, catalog, name) -> None:
    compiled = compile_indicator(pack.indicators[name], catalog, pack)
    assert (compiled.scope.columns, compiled.scope.proven) == (pack.indicators[name].scope, name not in WHOLE)
    assert compiled.evidence


@indicators
def test_law_or_a_mark_that_says_what_it_is(pack, name) -> None:
    """A basis is an article of a law held in laws/ (T), or says that it is practice (S), common knowledge or design."""
    indicator = pack.indicators[name]
    assert indicator.basis
    for law in indicator.basis:
        if law.mark == "T":
            cited = parse_citation(law.article)
            assert cited is not None
            assert (law.law, law.version, cited.article) in pack.laws
        else:
            assert law.mark in ("S", "K", "D")


@indicators
def test_both_languages_and_enough_examples(pack, name) -> None:
    indicator = pack.indicators[name]
    assert indicator.status is Status.ACTIVE
    words = [indicator.words, indicator.measure, indicator.why, indicator.absent, indicator.next]
    words += [cause.words for cause in (*indicator.exclusions, *indicator.innocent)]
    words += [assumption.words for assumption in indicator.assumes]
    words += [rule.message for rule in indicator.rules]
    assert indicator.exclusions
    assert indicator.innocent
    for both in words:
        assert re.search(r"[\u4e00-\u9fff]", both.zh)
        assert both.en
        assert not re.search(r"[\u4e00-\u9fff]", both.en)
    assert len(indicator.examples) >= 5
    assert any(example.not_run for example in indicator.examples)
    assert any(not example.not_run and not example.expect for example in indicator.examples)
    shown = {row["rule"] for example in indicator.examples for row in example.expect}
    assert shown == {rule.id for rule in indicator.rules}


@indicators
def test_a_suspicion_is_worded_as_one(pack, name) -> None:
    for rule in pack.indicators[name].rules:
        for text in (rule.message.zh, rule.message.en):
            assert not ACCUSING.search(text)
            assert "{subject_id}" in text
            assert "\n" not in text


def test_thresholds_stand_in_dated_parameters_with_their_source(pack) -> None:
    for parameter in pack.parameters.values():
        for value in parameter.values:
            assert value.basis.law
            assert value.basis.mark in ("T", "S", "D")
            if value.basis.mark == "T":
                cited = parse_citation(value.basis.article)
                assert cited is not None
                assert (value.basis.law, value.basis.version, cited.article) in pack.laws


def test_legal_limits(pack) -> None:
    """The days of the law, as read: 行政许可法 Art. 32(4), 42, 44."""
    limits = {
        name: [value.value for value in pack.parameters[name].values]
        for name in (
            "decision_days",
            "delivery_days",
            "extension_days_max",
            "joint_days",
            "joint_extension_days_max",
            "notices_max",
            "supplement_days",
        )
    }
    assert limits == {
        "decision_days": [20],
        "delivery_days": [10],
        "extension_days_max": [10],
        "joint_days": [45],
        "joint_extension_days_max": [15],
        "notices_max": [1],
        "supplement_days": [5],
    }


def test_procedures_whose_time_is_excluded_are_those_of_article_45(pack) -> None:
    kinds = {code.value for code in pack.datasets["special_procedures"].codes["proc_kind"]}
    assert {row[0] for row in pack.tables["excluded_procedures"].rows} == kinds - {"site_check"}


def test_nine_checkpoints_with_owner_and_step(pack) -> None:
    codes = {code.value: dict(code.facts) for code in pack.datasets["case_events"].codes["checkpoint"]}
    assert codes == {
        "CP1": {"owner": "window", "step": "receipt"},
        "CP2": {"owner": "window", "step": "acceptance"},
        "CP3": {"owner": "finance", "step": "fees"},
        "CP4": {"owner": "handler", "step": "examination"},
        "CP5": {"owner": "site", "step": "special"},
        "CP6": {"owner": "review", "step": "review"},
        "CP7": {"owner": "deputy", "step": "decision"},
        "CP8": {"owner": "issue", "step": "issuance"},
        "CP9": {"owner": "complaint", "step": "evaluation"},
    }


def test_only_the_key_of_a_case_is_required(pack) -> None:
    required = [column.name for column in pack.datasets["cases"].columns.values() if column.required]
    assert required == ["case_no"]
