"""What the deciders refuse, each with its stable code (api.md, Codes)."""

from ledger.errors import NotFound, Refusal


class UnknownCadre(NotFound):
    code = "unknown-cadre"


class UnknownGroup(NotFound):
    code = "unknown-group"


class UnknownEvent(NotFound):
    code = "unknown-event"


class AlreadyRegistered(Refusal):
    code = "already-registered"


class AlreadyScored(Refusal):
    """This scorer holds a standing score for the indicator and rater class; ``event`` names it."""

    code = "already-scored"


class AlreadyReviewed(Refusal):
    code = "already-reviewed"


class PeriodSealed(Refusal):
    """``rounds``: the group and period of each round to reopen first."""

    code = "period-sealed"


class PeriodNotSealed(Refusal):
    code = "period-not-sealed"


class PeriodNotEnded(Refusal):
    """``until``: the last day before which the round cannot be sealed."""

    code = "period-not-ended"


class PeriodNotBegun(Refusal):
    code = "period-not-begun"


class RoundNotReady(Refusal):
    """``missing``: cadre by cadre what is missing; cadre null for what the group lacks."""

    code = "round-not-ready"


class DecisionPending(Refusal):
    """``cadres``: whose earlier decisions are neither repeated nor dropped."""

    code = "decision-pending"


class NoScheme(Refusal):
    code = "no-scheme"


class NotPosted(Refusal):
    code = "not-posted"


class HasDeparted(Refusal):
    """His last posting before that month ended by departure."""

    code = "departed"


class NotAppendable(Refusal):
    """The type comes only from its own command."""

    code = "not-appendable"


class UnknownIndicator(Refusal):
    code = "unknown-indicator"


class UnknownRater(Refusal):
    code = "unknown-rater"


class PointsOutOfRange(Refusal):
    """``least`` and ``most``: the range in points."""

    code = "points-out-of-range"


class OrphanedScores(Refusal):
    """``scores``: the standing scores that would lose their indicator, rater class or range."""

    code = "orphaned-scores"


class OwnRecord(Refusal):
    """A principal may not act on the record of the cadre it is."""

    code = "own-record"
