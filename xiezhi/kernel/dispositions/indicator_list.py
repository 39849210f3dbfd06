"""The indicators of all fields as a list, with what each raised, what of it is open, and how often it was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.db.models import Max, Q
from django.utils import timezone

from xiezhi.engine.packs.model import Indicator, Level, Pack, Status
from xiezhi.engine.words import Words
from xiezhi.kernel.access.actor import Actor
from xiezhi.kernel.access.enums import THREE_ADMINISTRATORS
from xiezhi.kernel.access.may import ALLOWED, Answer, Refused, may, register
from xiezhi.kernel.alerts.counting import Raised, raised_by_indicator
from xiezhi.kernel.alerts.words import checkpoint_words, checkpoints
from xiezhi.kernel.dispositions.outcomes import Precision, precision_by_indicator
from xiezhi.kernel.fields import fields
from xiezhi.kernel.findings.models import Evaluation
from xiezhi.kernel.gathered import Gathered
from xiezhi.kernel.intake.norms import norm_of
from xiezhi.kernel.listing import Choice, Column, Filter, Listing, Preset

YEAR = timedelta(days=365)
STATUS = {
    Status.ACTIVE: Words("启用", "active"),
    Status.TRIAL: Words("试行", "on trial"),
    Status.RETIRED: Words("停用", "retired"),
}
LEVELS = {
    Level.NOTICE: Words("提醒", "notice"),
    Level.ORANGE: Words("橙", "orange"),
    Level.RED: Words("红", "red"),
}
DOING = {
    "running": Words("运行中", "running"),
    "not_run": Words("缺数据，未运行", "not run for want of data"),
    "not_chosen": Words("本装置未选用", "not chosen here"),
}
_NONE = Precision(0, 0)
_REFUSED = Refused(
    Words(
        "指标由监督人员、领导、规则拟定人和单位联络员、录入员查看",
        "Indicators are for officers, leaders, rule authors, liaisons and clerks",
    )
)


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator in the list."""

    key: str
    field: str
    field_order: int
    field_words: Words
    id: str
    words: Words
    called: str  # all by which it may be looked for
    checkpoint: str
    checkpoint_words: Words
    place: int  # of the checkpoint in a case's course
    status: str
    status_words: Words
    levels: tuple[str, ...]
    levels_words: Words
    norms: str
    since: int
    still: int
    founded: int
    precision: Words
    doing: str  # running | not_run | not_chosen
    doing_words: Words


def may_read_indicators(actor: Actor, target: Any) -> Answer:  # noqa: ARG001  every indicator alike
    """Everybody who works with cases or rules; the three administrators read none."""
    return ALLOWED if actor.roles() - THREE_ADMINISTRATORS else _REFUSED


register("indicators.read", may_read_indicators)


def precision_words(precision: Precision) -> Words:
    """Return how often an indicator was right: a share with its interval from twenty verified alerts on."""
    if not precision.verified:
        return Words("尚无核实", "none verified")
    if not precision.is_told:
        return Words(
            f"{precision.verified}件中{precision.founded}件成立",
            f"{precision.founded} of {precision.verified} founded",
        )
    low, high = precision.interval
    return Words(
        f"{precision.share}%（{low}–{high}%，{precision.verified}件）",
        f"{precision.share}% ({low}–{high}%, of {precision.verified})",
    )


def _visible(actor: Actor) -> Any:
    if not may(actor, "indicators.read"):
        return Gathered[IndicatorRow](())
    counts = raised_by_indicator(actor, since=timezone.now() - YEAR)
    right = precision_by_indicator(actor)
    doing = _doing()
    return Gathered(
        [
            _row(pack, item, counts.get((pack.id, item.id), Raised()), right.get((pack.id, item.id), _NONE), doing)
            for pack in fields().packs.values()
            for item in pack.indicators.values()
        ]
    )


def _doing() -> dict[tuple[str, str], str]:
    """Return (field, indicator) → how it is doing since the last evaluation of its field; none before the first."""
    done = Evaluation.objects.filter(state=Evaluation.State.DONE)
    last = done.values("field").annotate(newest=Max("pk")).values("newest")
    told = Evaluation.objects.filter(pk__in=last).values_list("field", "not_run")
    found: dict[tuple[str, str], str] = {}
    for field, not_run in told:
        pack, chosen = fields().packs.get(field), norm_of(field).indicators
        for name in pack.indicators if pack is not None else ():
            runs = "not_run" if name in not_run else "running"
            found[field, name] = runs if not chosen or name in chosen else "not_chosen"
    return found


def _row(
    pack: Pack, item: Indicator, counts: Raised, precision: Precision, known: dict[tuple[str, str], str]
) -> IndicatorRow:
    doing = known.get((pack.id, item.id), "not_run")
    levels = tuple(level.value for level in Level if any(level in rule.levels for rule in item.rules))
    course = list(checkpoints(pack.id))
    said = [LEVELS[Level(level)] for level in levels]
    return IndicatorRow(
        key=f"{pack.id}.{item.id}",
        field=pack.id,
        field_order=pack.order,
        field_words=pack.words,
        id=item.id,
        words=item.words,
        called=" ".join((item.id, item.words.zh, item.words.en, *item.norms)),
        checkpoint=item.checkpoint,
        checkpoint_words=checkpoint_words(pack.id, item.checkpoint) if item.checkpoint else Words("–", "–"),
        place=course.index(item.checkpoint) if item.checkpoint in course else len(course),
        status=item.status.value,
        status_words=STATUS[item.status],
        levels=levels,
        levels_words=Words("、".join(w.zh for w in said), ", ".join(w.en for w in said)),
        norms="、".join(item.norms),
        since=counts.since,
        still=counts.still,
        founded=precision.share if precision.is_told else -1,
        precision=precision_words(precision),
        doing=doing,
        doing_words=DOING[doing],
    )


def _field_choices(actor: Actor) -> Sequence[Choice]:  # noqa: ARG001  the same for all
    return [Choice(pack.id, pack.words) for pack in fields().packs.values() if pack.indicators]


def _checkpoint_choices(actor: Actor) -> Sequence[Choice]:  # noqa: ARG001  the same for all
    found = {name: checkpoint_words(pack, name) for pack in fields().packs for name in checkpoints(pack)}
    return [Choice(name, words) for name, words in found.items()]


INDICATORS = cast(
    "Listing[Any, IndicatorRow]",
    Listing(
        name="indicators",
        words=Words("指标", "Indicators"),
        columns=(
            Column(
                "name", Words("指标", "Indicator"), lambda row: row.words, "words", ("id",), second=lambda row: row.id
            ),
            Column("field", Words("平台", "Field"), lambda row: row.field_words, "words", ("field_order", "id")),
            Column("checkpoint", Words("关口", "Checkpoint"), lambda row: row.checkpoint_words, "words", ("place",)),
            Column(
                "status",
                Words("状态", "Status"),
                lambda row: row.status_words,
                "words",
                ("status", "doing"),
                second=lambda row: row.doing_words,
            ),
            Column("levels", Words("等级", "Levels"), lambda row: row.levels_words, "words"),
            Column("norms", Words("规范", "Norms"), lambda row: row.norms, "text", ("norms",)),
            Column("since", Words("近12月", "12 months"), lambda row: row.since, "number", ("since",)),
            Column("still", Words("未结", "Open"), lambda row: row.still, "number", ("still",)),
            Column("precision", Words("成立率", "Founded"), lambda row: row.precision, "words", ("founded",)),
        ),
        visible=_visible,
        row=lambda row: cast("IndicatorRow", row),
        filters=(
            Filter("q", Words("名称、编号或规范", "Name, id or norm"), lambda text: Q(called__icontains=text), "text"),
            Filter("field", Words("平台", "Field"), lambda value: Q(field=value), choices=_field_choices),
            Filter(
                "checkpoint",
                Words("关口", "Checkpoint"),
                lambda value: Q(checkpoint=value),
                choices=_checkpoint_choices,
            ),
            Filter(
                "level",
                Words("等级", "Level"),
                lambda value: Q(levels__contains=value),
                choices=lambda _actor: [Choice(level.value, words) for level, words in LEVELS.items()],
                many=True,
            ),
        ),
        presets=(
            Preset("running", Words("运行中", "Running"), lambda _actor: Q(doing="running")),
            Preset("not_run", Words("缺数据，未运行", "Not run"), lambda _actor: Q(doing="not_run")),
            Preset("trial", Words("试行", "On trial"), lambda _actor: Q(status="trial")),
        ),
        order=("field_order", "place", "id"),
        key=lambda row: row.key,
        empty=Words("没有指标。", "There is no indicator."),
    ),
)
