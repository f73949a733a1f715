"""What a decision may look at beyond its own stream: schemes, rounds and cadres, at one place in the ledger."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from ledger import periods
from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.facts import Facts
from ledger.aggregates.graded_events import Graded
from ledger.aggregates.postings import Posting, PostingHistory
from ledger.aggregates.round import Round
from ledger.aggregates.scheme import Scheme, SchemeHistory, SchemeVersion


class Registers(Protocol):
    """The states of all streams at one position. States are to be read, never changed."""

    @property
    def time_zone(self) -> ZoneInfo: ...

    def cadre(self, cadre: str) -> Cadre | None: ...

    def postings(self, cadre: str) -> PostingHistory:
        """The postings of a cadre (empty for an unknown one), without the rest of his stream."""
        ...

    def admonitions(self, cadre: str, year: str) -> list[str]:
        """The admonitions decided in a year that stand, by event id, without the rest of the cadre's stream."""
        ...

    def ever_in(self, group: str) -> Iterable[str]:
        """The cadres with any posting that named the group."""
        ...

    def result(self, cadre: str, period: str) -> Result | None:
        """The result of a period that counts, without the rest of the cadre's stream."""
        ...

    def facts(self, cadre: str, period: str) -> Facts:
        """What was filed, scored and seen of a period, without the rest of the cadre's stream."""
        ...

    def results_in(self, group: str, period: str) -> Iterable[str]:
        """The cadres with a result in any revision of a round."""
        ...

    def schemes(self, group: str, year: str) -> SchemeHistory | None: ...

    def first_year(self, group: str) -> str | None:
        """The year of the group's first scheme; None without one."""
        ...

    def round(self, group: str, period: str) -> Round: ...

    def reworked_since(self, position: int) -> Iterable[str]:
        """The periods of rounds sealed by a position that were reopened or sealed anew after it."""
        ...

    def moved_since(self, position: int) -> str | None:
        """The earliest month whose members may have changed after a position: by a posting or a first scheme."""
        ...

    def sealed_rounds(self) -> Iterable[tuple[str, str]]:
        """Group and period of every round that was ever sealed."""
        ...


def membership(registers: Registers, cadre: str, month: str) -> Posting | None:
    """The posting in force in a month, if the month counts for its group (not before the group's first scheme)."""
    posting = registers.postings(cadre).in_force(month)
    if posting is None or posting.group is None:
        return None
    first = registers.first_year(posting.group)
    return posting if first is not None and first <= periods.year_of(month) else None


def members(registers: Registers, group: str, month: str) -> list[str]:
    """The cadres whose posting in force in the month names the group, in order of id."""
    return _posted(registers, group, (month,))


def cohort(registers: Registers, group: str, period: str) -> list[str]:
    """The cadres who were a member of the group in any month of the period, in order of id."""
    return _posted(registers, group, periods.months_of(period))


def _posted(registers: Registers, group: str, months: tuple[str, ...]) -> list[str]:
    """The cadres posted in the group in any of these months that count for it."""
    first = registers.first_year(group)
    counting = [month for month in months if first is not None and first <= periods.year_of(month)]
    ever = registers.ever_in(group) if counting else ()
    return sorted(cadre for cadre in ever if registers.postings(cadre).names(group, counting))


def belongs(registers: Registers, cadre: str, group: str, period: str, day: date) -> bool:
    """Was the cadre a member of the group in the period, or is he one on a day?"""
    return cadre in cohort(registers, group, period) or cadre in members(registers, group, periods.month_of(day))


def scheme_of(registers: Registers, graded: Graded, period: str) -> Scheme | None:
    """The scheme that a sealed result was computed under."""
    history = registers.schemes(graded.group, periods.year_of(period))
    version = history.version(graded.scheme_version) if history is not None else None
    return version.scheme if version is not None else None


def scheme_for(registers: Registers, group: str, period: str) -> SchemeVersion | None:
    """The version a round is computed under: the one it was first sealed under, else the year's newest."""
    history = registers.schemes(group, periods.year_of(period))
    if history is None or not history.versions:
        return None
    kept = registers.round(group, period).scheme_version
    return history.newest if kept is None else history.version(kept)
