"""What the next version of a scheme starts from."""

from ledger.aggregates.refusals import UnknownGroup
from ledger.policy import check_run, sees_group
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.queries import Queries

YEARS_BACK = 10


class Drafts:
    """For who adopts schemes."""

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
