"""Postings: to which unit, post and group a cadre belongs in a month (rules.md section 1)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ledger import periods
from ledger.aggregates.cadre_events import Annulled, Departed, Posted, Registered
from ledger.aggregates.envelope import Recorded


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting from ``since`` on, or a departure (no ``group``). ``annulled``: the position that took it back."""

    event: str
    position: int
    since: str
    group: str | None
    unit: str
    post: str
    reason: str | None = None
    annulled: int | None = None


@dataclass(slots=True)
class PostingHistory:
    """All postings and departures of one cadre in the order they were recorded."""

    entries: list[Posting] = field(default_factory=list)

    def as_of(self, position: int) -> "PostingHistory":
        entries = self.entries  # once: another thread may replace the list
        for entry in entries:
            if entry.position > position or (entry.annulled or 0) > position:
                break
        else:
            return PostingHistory(entries)
        known = [entry for entry in entries if entry.position <= position]
        return PostingHistory(
            [replace(e, annulled=None) if e.annulled is not None and e.annulled > position else e for e in known]
        )

    def standing(self) -> list[Posting]:
        """Those not annulled, by ``since``; of two with one ``since`` only the later recorded."""
        latest = {entry.since: entry for entry in self.entries if entry.annulled is None}
        return [latest[since] for since in sorted(latest)]

    def entry_in(self, month: str) -> Posting | None:
        """The posting or departure that governs a month: the latest ``since`` ≤ month."""
        found: Posting | None = None
        for entry in self.entries:
            if entry.annulled is None and entry.since <= month and (found is None or entry.since >= found.since):
                found = entry
        return found

    def in_force(self, month: str) -> Posting | None:
        """The posting in force in a month; None before the first and after a departure."""
        entry = self.entry_in(month)
        return entry if entry is not None and entry.group is not None else None

    def names(self, group: str, months: Iterable[str]) -> bool:
        """Is the group that of the posting in force in any of these months?"""
        return any((entry := self.entry_in(month)) is not None and entry.group == group for month in months)

    def last_in(self, months: tuple[str, ...]) -> Posting | None:
        """The last posting in force in any of these months."""
        for month in reversed(months):
            posting = self.in_force(month)
            if posting is not None:
                return posting
        return None

    def groups(self) -> set[str]:
        """Every group a posting ever named, annulled ones included."""
        return {entry.group for entry in self.entries if entry.group is not None}

    def first_month(self) -> str | None:
        """The month of the first posting."""
        standing = [entry.since for entry in self.standing() if entry.group is not None]
        return standing[0] if standing else None

    def departed_in(self, year: str) -> bool:
        """A departure took effect in the year and he is not posted in its last month."""
        took_effect = any(entry.group is None and periods.year_of(entry.since) == year for entry in self.standing())
        return took_effect and self.in_force(f"{year}-12") is None

    def after(self, entry: Posting) -> "PostingHistory":
        return PostingHistory([*self.entries, entry])

    def without(self, event: str, position: int) -> "PostingHistory":
        """The history with one entry annulled at a position."""
        return PostingHistory([replace(e, annulled=position) if e.event == event else e for e in self.entries])


def posting_of(data: Registered | Posted | Departed, event: str, position: int) -> Posting:
    if isinstance(data, Departed):
        return Posting(event, position, data.since, None, "", "", data.reason)
    return Posting(event, position, data.since, data.group, data.unit, data.post)


def changed_months(before: PostingHistory, after: PostingHistory, last: str) -> Iterator[str]:
    """The months up to ``last`` whose group or unit differs between two histories."""
    starts = [entry.since for entry in (*before.entries, *after.entries)]
    for month in periods.months_between(min(starts), last):
        one, other = before.in_force(month), after.in_force(month)
        if (one and (one.group, one.unit)) != (other and (other.group, other.unit)):
            yield month


def evolve(history: PostingHistory, recorded: Recorded) -> PostingHistory:
    """Take in one event; lists are replaced, never changed, so that an ``as_of`` stays what it was."""
    data = recorded.data
    if isinstance(data, Registered | Posted | Departed):
        history.entries = [*history.entries, posting_of(data, recorded.id, recorded.position)]
    elif isinstance(data, Annulled):
        history.entries = history.without(data.event, recorded.position).entries
    return history
