"""What a decision is told beside the state: who acts, on which day, and what stands elsewhere in the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ledger import periods
from ledger.aggregates.postings import Posting
from ledger.aggregates.refusals import HasDeparted, NoScheme, NotPosted, PeriodNotBegun, PeriodSealed
from ledger.aggregates.registers import Registers, scheme_for
from ledger.aggregates.scheme import SchemeVersion


@dataclass(frozen=True, slots=True)
class Situation:
    """``organiser``: the actor runs the cycle, so may take back what others recorded.

    ``sealed_group(cadre, period)``: the group whose sealed round holds that cadre's period, or None.
    """

    actor: str
    organiser: bool
    today: date
    registers: Registers
    sealed_group: Callable[[str, str], str | None]

    def check_begun(self, period: str) -> None:
        if periods.first_day(period) > self.today:
            raise PeriodNotBegun(period=period)

    def check_unsealed(self, cadre: str, period: str) -> None:
        group = self.sealed_group(cadre, period)
        if group is not None:
            raise PeriodSealed(rounds=[{"group": group, "period": period}])

    def check_posted(self, cadre: str, period: str) -> Posting:
        """The posting that a fact of this month (or year: the last one in it) goes by."""
        history = self.registers.postings(cadre)
        months = periods.months_of(period)
        posting = history.last_in(months)
        if posting is not None:
            return posting
        entry = history.entry_in(months[-1])
        if entry is not None:
            raise HasDeparted(cadre=cadre, period=period)
        raise NotPosted(cadre=cadre, period=period)

    def check_scheme(self, posting: Posting, period: str) -> SchemeVersion:
        assert posting.group is not None
        version = scheme_for(self.registers, posting.group, period)
        if version is None:
            raise NoScheme(group=posting.group, year=periods.year_of(period))
        return version

    def check_fact(self, cadre: str, period: str) -> SchemeVersion:
        """A new fact of a period needs a posting and a scheme, and the round not sealed."""
        version = self.check_scheme(self.check_posted(cadre, period), period)
        self.check_unsealed(cadre, period)
        return version
