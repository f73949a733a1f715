"""Where the rows of lists come from: the stored views for now, the same functions over the events for the past."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from ledger import periods
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.registers import cohort
from ledger.assessment.duties import duties
from ledger.projections import annual, monthly, quarterly, roster, submissions
from ledger.projections import duties as duty_rows
from ledger.projections.moment import Row
from ledger.recording.reader import Reading
from ledger.recording.tables import placeholders

_VIEW = {"month": "monthly", "quarter": "quarterly", "year": "annual"}
Wanted = Callable[[str], bool]


class Rows(Protocol):
    """The rows of one reading."""

    def roster(self, after: str) -> Iterator[Row]:
        """Who is registered, by cadre id."""
        ...

    def standings(self, group: str, period: str) -> list[Row]:
        """The rows of a group's period with their cadres."""
        ...

    def months(self, cadre: Cadre, wanted: Sequence[str]) -> list[Row]:
        """Those of these months of a cadre, which are in order, that have a row."""
        ...

    def duties(self, after: str, cadre: str | None, wanted: Wanted, *, waiting: bool) -> Iterator[Row]:
        """The duties of the cadres wanted (or of one) as they were opened, by their keys; at least those that wait."""
        ...

    def submissions(self, after: str, period: str | None, *, pending: bool) -> Iterator[Row]:
        """Submitted forms by their ids; at least those of the period, if one is named, or that wait for a review."""
        ...


def rows_of(reading: Reading) -> Rows:
    return StoredRows(reading) if reading.live else PastRows(reading)


class StoredRows:
    """The rows of now, as the views hold them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def roster(self, after: str) -> Iterator[Row]:
        return self._reading.view("roster", "key > ? ORDER BY key", after)

    def standings(self, group: str, period: str) -> list[Row]:
        view = _VIEW[periods.kind(period) or ""]
        rows = list(self._reading.view(view, "period = ? AND grp = ?", period, group))
        known = {row["cadre"] for row in rows}
        waiting = [cadre for cadre in cohort(self._reading.registers, group, period) if cadre not in known]
        if waiting:
            elsewhere = f"period = ? AND cadre IN ({placeholders(waiting)})"
            known.update(row["cadre"] for row in self._reading.view(view, elsewhere, period, *waiting))
        for cadre in waiting:
            row = _without_result(self._reading, cadre, period) if cadre not in known else None
            if row is not None and row["group"] == group:
                rows.append({"cadre": cadre, **row})
        return rows

    def months(self, cadre: Cadre, wanted: Sequence[str]) -> list[Row]:
        stored = self._reading.view("monthly", "cadre = ? AND period >= ?", cadre.id, *wanted[:1]) if wanted else ()
        known = {row["period"]: row for row in stored}
        rows = (known.get(month) or _without_result(self._reading, cadre.id, month) for month in wanted)
        return [{name: row[name] for name in row if name != "cadre"} for row in rows if row is not None]

    def duties(self, after: str, cadre: str | None, wanted: Wanted, *, waiting: bool) -> Iterator[Row]:
        of_one, more = ("AND cadre = ?", (cadre,)) if cadre is not None else (_waits(waiting), ())
        rows = self._reading.view("duties", f"key > ? {of_one} ORDER BY key", after, *more)
        return (row for row in rows if wanted(row["cadre"]))

    def submissions(self, after: str, period: str | None, *, pending: bool) -> Iterator[Row]:
        if period is not None:
            return self._reading.view("submissions", "period = ? AND key > ? ORDER BY key", period, after)
        return self._reading.view("submissions", f"key > ? {_waits(pending)} ORDER BY key", after)


def _waits(only: bool) -> str:
    return "AND waits = 1" if only else ""


def _without_result(reading: Reading, cadre: str, period: str) -> Row | None:
    """The row of a cadre of whose period nothing is stored."""
    match periods.kind(period):
        case "month":
            return monthly.row(reading.moment, Cadre(cadre), period)
        case "quarter":
            return quarterly.open_row(reading.moment, cadre, period)
        case _:
            return annual.open_row(reading.moment, cadre, period)


class PastRows:
    """The rows of a past moment, made of the events until then."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._registers = reading.registers

    def _registered(self) -> Iterator[str]:
        return (cadre for cadre in self._reading.structure.names if self._registers.name(cadre) is not None)

    def roster(self, after: str) -> Iterator[Row]:
        for cadre in sorted(self._registered()):
            if cadre > after:
                registered = self._reading.structure.names[cadre]
                yield roster.stored(Cadre(cadre, registered=registered, postings=self._registers.postings(cadre)))

    def standings(self, group: str, period: str) -> list[Row]:
        if periods.kind(period) == "month":
            made = self._months(self._registers.ever_in(group), group, period)
        else:
            graded = self._reading.results_in(group, period)
            made = self._above(sorted({*cohort(self._registers, group, period), *graded}), period)
        return [{"cadre": cadre, **row} for cadre, row in made if row is not None and row["group"] == group]

    def _months(self, cadres: Iterable[str], group: str, month: str) -> Iterator[tuple[str, Row | None]]:
        sealed = self._registers.round(group, month).status == "sealed"
        for cadre, state in self._reading.months(cadres, month, whole=not sealed).items():
            yield cadre, monthly.row(self._reading.moment, state, month)

    def _above(self, cadres: list[str], period: str) -> Iterator[tuple[str, Row | None]]:
        """Quarters and years, from results alone, but for the run of who is last."""
        moment = self._reading.moment
        self._reading.results.load(cadres, period)
        for cadre in cadres:
            result = self._registers.result(cadre, period)
            if result is None:
                yield cadre, _without_result(self._reading, cadre, period)
            elif periods.kind(period) == "year":
                yield cadre, annual.sealed_row(moment, result)
            else:
                known = self._reading.cadre(cadre) if result.data.last else Cadre(cadre)
                yield cadre, quarterly.sealed_row(moment, known or Cadre(cadre), result)

    def months(self, cadre: Cadre, wanted: Sequence[str]) -> list[Row]:
        rows = (monthly.row(self._reading.moment, cadre, month) for month in wanted)
        return [row for row in rows if row is not None]

    def duties(self, after: str, cadre: str | None, wanted: Wanted, *, waiting: bool) -> Iterator[Row]:
        first = after.partition("/")[0] + "/"
        for found in sorted(self._registered(), key=lambda found: found + "/"):
            if cadre in (None, found) and found + "/" >= first and wanted(found):
                state = self._reading.cadre(found)
                opened = duties(self._registers, state) if state is not None else []
                rows = ({"key": duty_rows.key(found, n), **duty_rows.stored(found, d)} for n, d in enumerate(opened))
                yield from (row for row in rows if row["key"] > after)

    def submissions(self, after: str, period: str | None, *, pending: bool) -> Iterator[Row]:
        where, more = ("AND period = ?", (period,)) if period is not None else ("", ())
        found = list(
            self._reading.connection.execute(
                f"SELECT id, cadre, period FROM events WHERE type = 'submitted' AND id > ? AND position <= ? {where}"
                " ORDER BY id",
                (after, self._reading.position, *more),
            )
        )
        for event, cadre, month in found:
            if pending and self._sealed(cadre, month):
                continue
            state = self._reading.months([cadre], month, whole=True)[cadre]
            yield submissions.row(self._reading.moment, state, state.facts_of(month).submissions[event])

    def _sealed(self, cadre: str, month: str) -> bool:
        """In a sealed month no submission waits for a review."""
        posting = self._registers.postings(cadre).in_force(month)
        group = posting.group if posting is not None else None
        return group is not None and self._registers.round(group, month).status == "sealed"
