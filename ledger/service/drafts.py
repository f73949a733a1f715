"""What an adoption, a seal or a reopening starts from: read beside the writer, who is not kept waiting."""

from ledger import periods
from ledger.aggregates.graded_events import Graded
from ledger.aggregates.refusals import UnknownGroup
from ledger.aggregates.registers import cohort
from ledger.points import shown
from ledger.policy import check_period, check_read, check_run, sees_group
from ledger.projections.moment import Row
from ledger.projections.rounds import ordered
from ledger.service import allowed
from ledger.service.credentials import Caller
from ledger.service.queries import Queries
from ledger.service.sealing import check_round, drafted

YEARS_BACK = 10
_FIGURES = ("grade", "computed_grade", "rank", "of", "last", "excused", "not_graded")


class Drafts:
    """For the forms of those who run the cycle."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    def scheme(self, caller: Caller, group: str, year: str) -> Row:
        """The newest scheme of the year, else of the last year before that has one; ``from`` and it None if none has.

        A group need not be known yet: adopting its first scheme makes it so.
        """
        with self._queries.view(caller) as view:
            check_run(view.actor)
            if not sees_group(view.actor, group):
                raise UnknownGroup()
            years = (f"{int(year) - back:04}" for back in range(YEARS_BACK) if int(year) > back)
            known = ((each, view.reading.registers.schemes(group, each)) for each in years)
            found = next(((each, history.newest) for each, history in known if history is not None), None)
            scheme = found[1].scheme.model_dump(mode="json", by_alias=True, exclude_unset=True) if found else None
            return {
                "group": group,
                "year": year,
                "from": {"year": found[0], "version": found[1].version} if found else None,
                "scheme": scheme,
                **view.speaks_for(),
            }

    def round(self, caller: Caller, group: str, period: str) -> Row:
        """How a round stands, who is or was in it by name, and the decisions of the revision that stands."""
        with self._queries.view(caller) as view:
            check_read(view.actor, "standings")
            view.check_group(group)
            check_period(view.actor, periods.kind(period))
            registers, state = view.reading.registers, view.moment.states(group, period)
            round_ = registers.round(group, period)
            made = round_.latest.data.decisions if round_.latest is not None else {}
            people = {*cohort(registers, group, period), *registers.results_in(group, period)}
            return {
                "group": group,
                "period": period,
                "state": state,
                "revision": round_.revision or None,
                "people": {cadre: registers.name(cadre) for cadre in sorted(people)},
                "decided": [
                    {"cadre": cadre, "name": registers.name(cadre), **decision.model_dump()}
                    for cadre, decision in made.items()
                ],
                "allowed_actions": allowed.with_round(view, group, period, state),
                **view.speaks_for(),
            }

    def seal(self, caller: Caller, group: str, period: str) -> Row:
        """The rows that a seal would record now, before decisions; refused as a seal with none to repeat would be.

        Whom it would move and which duties would open a dry run of the seal tells (``Rounds.preview``).
        """
        with self._queries.view(caller) as view:
            registers, today = view.reading.registers, view.reading.today
            check_run(view.actor)
            check_round(view.actor, registers, group, period, today)
            made = drafted(registers, today, group, period)
            return {
                "revision": made.revision,
                "rows": ordered(
                    {"cadre": cadre, "name": registers.name(cadre), **_figures(graded)}
                    for cadre, graded in made.graded.items()
                ),
                "not_assessed": [entry.model_dump() for entry in made.not_assessed],
            }


def _figures(graded: Graded) -> Row:
    reasons = getattr(graded, "reasons", [])
    return {
        "points": shown(graded.points),
        **{name: getattr(graded, name, None) for name in _FIGURES},
        "reasons": sorted(getattr(reason, "code", reason) for reason in reasons),
    }
