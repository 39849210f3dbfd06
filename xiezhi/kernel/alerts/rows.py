"""An alert as a line of a list, made many at once: one calendar, one look into the vault, no query a line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from xiezhi.engine.words import NOTHING, Words
from xiezhi.kernel.alerts.due import Due, due_of_alert
from xiezhi.kernel.alerts.enums import State
from xiezhi.kernel.alerts.folding import stands_for
from xiezhi.kernel.alerts.masking import display_for, resolved
from xiezhi.kernel.alerts.models import Alert
from xiezhi.kernel.alerts.words import STATES, checkpoint_words, rule_words
from xiezhi.kernel.registry.picture import pinned
from xiezhi.kernel.registry.queries import organisation_words, working_calendar


@dataclass(frozen=True)
class AlertRow:
    """A line. ``folded``: how many like alerts of one rule, body and day it stands for, itself included."""

    number: str
    level: str
    sentence: Words
    organisation: Words
    code: str
    checkpoint: Words
    rule: Words
    rule_key: str
    state: Words
    owner: str
    due: Due
    raised_at: datetime
    folded: int = 1

    @property
    def raised_on(self) -> date:
        """The day on which it was raised, in the city."""
        return timezone.localtime(self.raised_at).date()

    @property
    def words(self) -> Words:
        """What the line says: its sentence, or how many are like it."""
        if self.folded == 1:
            return self.sentence
        body = self.organisation
        return Words(
            f"{body.zh}：“{self.rule.zh}”同日{self.folded}件，合为一行",
            f"{body.en}: {self.folded} alerts of “{self.rule.en}” on one day, as one line",
        )

    @property
    def second(self) -> Words:
        """The second line: its number, and the day on which it was found."""
        if self.folded > 1:
            return Words(f"首件{self.number}，展开逐件查看", f"{self.number} is the first; open to see each")
        day = self.raised_on
        return Words(f"{self.number} · {day.month}月{day.day}日发现", f"{self.number} · found {day.isoformat()}")

    @property
    def url(self) -> str:
        """Where the line leads: the alert, or the like ones each on a line of its own."""
        if self.folded == 1:
            return f"/alerts/{self.number}/"
        day = self.raised_on.isoformat()
        return f"/alerts/?indicator={self.rule_key}&organisation={self.code}&from={day}&to={day}&unfold=1"


def rows(alerts: Sequence[Alert]) -> Iterable[AlertRow]:
    """Return the lines of alerts."""
    today, calendar = timezone.localdate(), working_calendar()
    display = display_for([(alert.sentence_zh, alert.sentence_en) for alert in alerts])
    with pinned():
        return [
            AlertRow(
                number=alert.number,
                level=alert.level,
                sentence=resolved(Words(alert.sentence_zh, alert.sentence_en), display),
                organisation=organisation_words(alert.organisation),
                code=alert.organisation,
                checkpoint=checkpoint_words(alert.field, alert.checkpoint) if alert.checkpoint else NOTHING,
                rule=rule_words(alert.field, alert.indicator, alert.rule),
                rule_key=f"{alert.field}.{alert.indicator}.{alert.rule}",
                state=STATES[State(alert.state)],
                owner=alert.owner.name if alert.owner else "",
                due=due_of_alert(alert.state, alert.due_on, alert.muted_until, today=today, calendar=calendar),
                raised_at=alert.raised_at,
                folded=stands_for(alert),
            )
            for alert in alerts
        ]


def row(alert: Alert) -> AlertRow:
    """Return the line of one alert."""
    return next(iter(rows([alert])))
