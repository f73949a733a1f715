"""The stored views: which rows an event touches, and those rows made anew. The same in the writer and in a rebuild."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ledger import periods
from ledger.aggregates import cadre_events as events
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.envelope import Recorded
from ledger.aggregates.graded_events import MonthGraded, QuarterGraded, YearGraded
from ledger.assessment.duties import duties
from ledger.assessment.standing import RoundKey, dependents
from ledger.projections import annual, monthly, quarterly, roster, rounds, submissions
from ledger.projections import duties as duty_rows
from ledger.projections.moment import Moment, Row

VIEWS = ("roster", "monthly", "quarterly", "annual", "duties", "submissions", "rounds")

_OF_A_MONTH = (
    events.Submitted,
    events.Withdrawn,
    events.Reviewed,
    events.Scored,
    events.ScoreCorrected,
    events.Observed,
    events.Excused,
    MonthGraded,
)
_ACTS = (
    events.TalkHeld,
    events.Criticised,
    events.Admonished,
    events.AdmonitionWaived,
    events.AdmonitionReviewed,
    events.AdjustmentDecided,
    QuarterGraded,
)


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A row of a view; ``cadre``, ``period``, ``group`` and ``waits`` are columns to find it by.

    ``waits``: somebody has to act on it.
    """

    view: str
    key: str
    cadre: str | None
    period: str | None
    group: str | None
    row: Row
    waits: bool = False


@dataclass(slots=True)
class Touched:
    """What a batch of events touches.

    ``whole``: cadres of whom every row may have changed; ``moved``: from which month on a cadre's postings did.
    """

    whole: set[str] = field(default_factory=set)
    months: dict[str, set[str]] = field(default_factory=dict)
    consequences: set[str] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    rounds: set[RoundKey] = field(default_factory=set)
    schemes: set[tuple[str, str]] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)

    def add(self, recorded: Recorded) -> None:
        kind, _, rest = recorded.stream.partition(":")
        data = recorded.data
        if kind in ("round", "scheme"):
            group, _, period = rest.partition(":")
            (self.rounds if kind == "round" else self.schemes).add((group, period))
        elif kind == "cadre":
            if isinstance(data, _OF_A_MONTH):
                if recorded.period is not None and periods.kind(recorded.period) == "month":
                    self.months.setdefault(rest, set()).add(recorded.period)
            elif isinstance(data, _ACTS):
                self.consequences.add(rest)
            elif isinstance(data, YearGraded):
                self.years.add(rest)
            elif isinstance(data, events.Registered | events.Posted | events.Departed | events.Annulled):
                self.whole.add(rest)
                if not isinstance(data, events.Annulled):
                    self.moved[rest] = min(data.since, self.moved.get(rest, data.since))
                elif recorded.period is None:
                    self.moved[rest] = ""

    @property
    def causes(self) -> dict[str, set[str]]:
        """The cadres whose rows of a view are all made anew; those of months are made one by one."""
        return {"quarterly": self.consequences, "annual": self.years, "duties": self.consequences}

    @property
    def cadres(self) -> set[str]:
        return self.whole | self.months.keys() | self.consequences | self.years


Replaced = tuple[str, str]
"""A view and the cadre whose rows in it are all replaced."""


@dataclass(slots=True)
class Refreshed:
    """Rows to write, after removing all rows of the views and cadres in ``replaced``."""

    rows: list[ViewRow] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)
    states: dict[RoundKey, str] = field(default_factory=dict)


def refresh(moment: Moment, touched: Touched, known: Callable[[RoundKey], str | None]) -> Refreshed:
    """Make the touched rows anew. ``known``: the state a round has in the stored views."""
    made = Refreshed()
    _spread(moment, touched, known, made)
    for cadre_id in sorted(touched.cadres):
        cadre = moment.registers.cadre(cadre_id)
        assert cadre is not None
        _refresh_cadre(moment, cadre, touched, made)
    return made


def _refresh_cadre(moment: Moment, cadre: Cadre, touched: Touched, made: Refreshed) -> None:
    whole = cadre.id in touched.whole
    for view, rows in _CADRE_VIEWS.items():
        if whole or cadre.id in touched.causes.get(view, ()):
            made.replaced.append((view, cadre.id))
            made.rows.extend(rows(moment, cadre))
    if not whole:
        for month in touched.months.get(cadre.id, ()):
            made.rows.extend(_month_rows(moment, cadre, month))


def touched_rows(moment: Moment, cadre: Cadre, touched: Touched) -> Refreshed:
    """The touched rows of one cadre alone."""
    made = Refreshed()
    _refresh_cadre(moment, cadre, touched, made)
    return made


def _spread(moment: Moment, touched: Touched, known: Callable[[RoundKey], str | None], made: Refreshed) -> None:
    """A round that changed state touches its rows and the rounds that rest on it; a scheme its group's people."""
    for group, period in (*sorted(touched.rounds), *_depending(moment, touched)):
        state = moment.states(group, period)
        if (group, period) in touched.rounds or known((group, period)) != state:
            made.states[group, period] = state
            made.rows.extend(round_rows(moment, [(group, period)]))
            _touch_round(moment, touched, group, period)
    for group, _ in touched.schemes:
        touched.whole.update(moment.registers.ever_in(group))


def _depending(moment: Moment, touched: Touched) -> list[RoundKey]:
    """The sealed quarters and years that may be outdated now: by a round below, a scheme, or somebody's posting.

    A posting or a group's first scheme may do that to any group's from then on, by way of other groups' quarters.
    """
    above = {period for _, below in touched.rounds for period in dependents(below)}
    since = min([*touched.moved.values(), *(f"{year}-01" for _, year in touched.schemes)], default=None)
    if not above and since is None:
        return []
    return [
        (group, period)
        for group, period in moment.registers.sealed_rounds()
        if periods.kind(period) != "month"
        and (group, period) not in touched.rounds
        and (period in above or (since is not None and since <= periods.months_of(period)[-1]))
    ]


def _touch_round(moment: Moment, touched: Touched, group: str, period: str) -> None:
    for cadre in moment.registers.results_in(group, period):
        match periods.kind(period):
            case "month":
                touched.months.setdefault(cadre, set()).add(period)
            case "quarter":
                touched.consequences.add(cadre)
            case _:
                touched.years.add(cadre)


def _of_period(view: str, cadre: Cadre, row: Row) -> ViewRow:
    period = row["period"]
    return ViewRow(view, f"{cadre.id}/{period}", cadre.id, period, row["group"], {"cadre": cadre.id, **row})


def _month_rows(moment: Moment, cadre: Cadre, month: str) -> Iterator[ViewRow]:
    yield from _month(moment, cadre, month)
    yield from _forms(moment, cadre, month)


def _month(moment: Moment, cadre: Cadre, month: str) -> Iterator[ViewRow]:
    row = monthly.row(moment, cadre, month)
    if row is not None:
        yield _of_period("monthly", cadre, row)


def _forms(moment: Moment, cadre: Cadre, month: str) -> Iterator[ViewRow]:
    for submission in cadre.submissions_of(month):
        found = submissions.row(moment, cadre, submission)
        yield ViewRow("submissions", submission.event, cadre.id, month, found["group"], found, submission.pending)


def _months(moment: Moment, cadre: Cadre) -> Iterator[ViewRow]:
    for period in sorted({*cadre.fact_periods(), *cadre.results}):
        if periods.kind(period) == "month":
            yield from _month(moment, cadre, period)


def _submissions(moment: Moment, cadre: Cadre) -> Iterator[ViewRow]:
    for period in sorted(cadre.fact_periods()):
        if periods.kind(period) == "month":
            yield from _forms(moment, cadre, period)


def _quarters(moment: Moment, cadre: Cadre) -> Iterator[ViewRow]:
    for period in sorted(cadre.results):
        result = cadre.result(period)
        if periods.kind(period) == "quarter" and result is not None:
            row = quarterly.sealed_row(moment, cadre, result)
            yield _of_period("quarterly", cadre, row)


def _years(moment: Moment, cadre: Cadre) -> Iterator[ViewRow]:
    for period in sorted(cadre.results):
        result = cadre.result(period)
        if periods.kind(period) == "year" and result is not None:
            row = annual.sealed_row(moment, result)
            yield _of_period("annual", cadre, row)


def _duties(moment: Moment, cadre: Cadre) -> Iterator[ViewRow]:
    for number, duty in enumerate(duties(moment.registers, cadre)):
        key = duty_rows.key(cadre.id, number)
        row = {"key": key, **duty_rows.stored(cadre.id, duty)}
        yield ViewRow("duties", key, cadre.id, duty.period, None, row, duty.waits)


def _roster(moment: Moment, cadre: Cadre) -> Iterator[ViewRow]:
    yield ViewRow("roster", cadre.id, cadre.id, None, None, roster.stored(cadre))


_CADRE_VIEWS: Mapping[str, Callable[[Moment, Cadre], Iterator[ViewRow]]] = {
    "roster": _roster,
    "monthly": _months,
    "submissions": _submissions,
    "quarterly": _quarters,
    "annual": _years,
    "duties": _duties,
}


def everything(moment: Moment, cadres: list[str], sealed: list[RoundKey]) -> Iterator[ViewRow]:
    """Every row of every view, from the registers alone."""
    yield from round_rows(moment, sealed)
    for cadre_id in cadres:
        cadre = moment.registers.cadre(cadre_id)
        assert cadre is not None
        yield from cadre_rows(moment, cadre)


def round_rows(moment: Moment, keys: Iterable[RoundKey]) -> Iterator[ViewRow]:
    """The rows of rounds."""
    for group, period in keys:
        yield ViewRow("rounds", f"{group}/{period}", None, period, group, rounds.row(moment, group, period))


def cadre_rows(moment: Moment, cadre: Cadre) -> Iterator[ViewRow]:
    """Every row of a cadre in every view."""
    for rows in _CADRE_VIEWS.values():
        yield from rows(moment, cadre)
