"""What was submitted, what waits for a review, and the verdicts."""

from ledger.aggregates.cadre import Cadre
from ledger.aggregates.facts import Submission
from ledger.assessment.duties import local_day
from ledger.projections.moment import Moment, Row
from ledger.projections.monthly import closing_day


def row(moment: Moment, cadre: Cadre, submission: Submission) -> Row:
    registers, period = moment.registers, submission.data.period
    posting = cadre.postings.in_force(period)
    closes = closing_day(registers, posting.group, period) if posting is not None and posting.group else None
    return {
        "submission": submission.event,
        "cadre": cadre.id,
        "period": period,
        "group": posting.group if posting is not None else None,
        "unit": posting.unit if posting is not None else None,
        "state": "withdrawn" if submission.withdrawn else "pending" if submission.pending else "reviewed",
        "recorded_at": submission.recorded_at,
        "late": closes is not None and local_day(submission.recorded_at, registers.time_zone) > closes,
        "replaces": submission.data.replaces.model_dump() if submission.data.replaces is not None else None,
        "items": [_item(submission, index) for index in range(len(submission.data.items))],
    }


def _item(submission: Submission, index: int) -> Row:
    given = submission.verdicts.get(index)
    return {
        **submission.data.items[index].model_dump(mode="json", exclude_none=True),
        "verdict": None if given is None else given.verdict.model_dump(mode="json", exclude={"item"}),
    }
