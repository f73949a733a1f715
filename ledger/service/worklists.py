"""What there is to do: submissions that wait for a review, and duties."""

from ledger import periods
from ledger.policy import (
    check_read,
    sees_group,
    sees_period,
    shown_submission,
)
from ledger.projections import duties as duty_rows
from ledger.projections import roster, rounds
from ledger.projections.moment import Row
from ledger.recording.reader import NOW, When
from ledger.service import allowed
from ledger.service.credentials import Caller
from ledger.service.queries import Queries
from ledger.service.standings import group_name
from ledger.service.view import Page, View


class Worklists:
    """The lists of the service that people work from."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    def submissions(
        self,
        caller: Caller,
        page: Page,
        when: When = NOW,
        *,
        state: str | None = None,
        group: str | None = None,
        unit: str | None = None,
        category: str | None = None,
        period: str | None = None,
    ) -> Row:
        """Submissions in the order of their ids, with their verdicts."""
        with self._queries.view(caller, when) as view:
            check_read(view.actor, "submissions")
            items: list[Row] = []
            for row in view.rows.submissions(page.cursor, period, pending=state == "pending"):
                wanted = (
                    state in (None, row["state"])
                    and group in (None, row["group"])
                    and unit in (None, row["unit"])
                    and period in (None, row["period"])
                    and (category is None or any(item["category"] == category for item in row["items"]))
                )
                if wanted and _sees_submission(view, row):
                    items.append(shown_submission(view.actor, row))
                if len(items) > page.limit:
                    break
            return view.listed(items, page, "submission")

    def rounds(self, caller: Caller, when: When = NOW, *, year: str | None = None) -> Row:
        """How the rounds that have begun stand, of one year or the latest, group by group, the latest first."""
        with self._queries.view(caller, when) as view:
            check_read(view.actor, "standings")
            wanted = year or periods.year_of(periods.month_of(view.moment.date))
            begun = [period for period in periods.within(wanted) if periods.first_day(period) <= view.moment.date]
            items = [
                _round(view, group, period)
                for group in view.reading.registers.groups()
                if sees_group(view.actor, group)
                for period in begun
                if sees_period(view.actor, periods.kind(period))
            ]
            return {"items": items, "year": wanted, "next": None, **view.speaks_for()}

    def duties(
        self,
        caller: Caller,
        page: Page,
        when: When = NOW,
        *,
        state: str | None = None,
        kind: str | None = None,
        group: str | None = None,
        unit: str | None = None,
        cadre: str | None = None,
    ) -> Row:
        """Duties by cadre and in the order they opened; group and unit are those of the current posting."""
        with self._queries.view(caller, when) as view:
            check_read(view.actor, "duties")
            items: list[Row] = []
            keys: list[str] = []
            registers = view.reading.registers

            def wanted(found: str) -> bool:
                posting = roster.scope_posting(registers.postings(found), view.reading.date)
                return (
                    group in (None, posting.group if posting is not None else None)
                    and unit in (None, posting.unit if posting is not None else None)
                    and view.sees(found)
                )

            for row in view.rows.duties(page.cursor, cadre, wanted, waiting=state in ("due", "overdue")):
                duty = duty_rows.row(row, registers.postings(row["cadre"]), view.reading.date)
                if duty is not None and state in (None, duty["state"]) and kind in (None, duty["kind"]):
                    items.append(duty)
                    keys.append(row["key"])
                if len(items) > page.limit:
                    break
            following = keys[page.limit - 1] if len(items) > page.limit else None
            return {"items": items[: page.limit], "next": following, **view.speaks_for()}


def _round(view: View, group: str, period: str) -> Row:
    found = rounds.row(view.moment, group, period)
    name = group_name(view.reading.registers, group)
    return {**found, "name": name, "allowed_actions": allowed.with_round(view, group, period, found["state"])}


def _sees_submission(view: View, row: Row) -> bool:
    actor = view.actor
    if actor.cadre == row["cadre"]:
        return True
    return actor.role != "cadre" and (actor.covers(row["unit"], row["group"]) or view.sees(row["cadre"]))
