"""A month as a tree: base, key work, observation and band; or the excuse; or what is missing (rules.md section 3)."""

from collections.abc import Iterator
from fractions import Fraction

from ledger.aggregates.facts import Facts, Submission
from ledger.assessment.month import key_work, observation
from ledger.points import format_points
from ledger.projections.explanation.asked import Adopted, Asked
from ledger.projections.explanation.grading import band
from ledger.projections.explanation.node import Node, figures
from ledger.projections.explanation.scored import Scores


def month(asked: Asked) -> Node:
    """The explanation of a month's row."""
    facts, adopted = asked.facts_at(asked.period, asked.position), asked.adopted
    if asked.row["not_graded"] is not None:
        return asked.root("month.not_graded")
    if asked.row["excused"] is not None:
        return asked.root("month.excused", inputs=[_excuse(asked, facts)])
    if adopted is None:
        return asked.root("month.points", inputs=[Node("missing", facts={"missing": "no_scheme"})])
    return _points(asked, adopted, facts)


def _excuse(asked: Asked, facts: Facts) -> Node:
    excuse = facts.excuse()
    assert excuse is not None
    return Node("excuse", facts={"reason": excuse.data.reason}, event=asked.event(excuse.event))


def _points(asked: Asked, adopted: Adopted, facts: Facts) -> Node:
    scheme = adopted.version.scheme
    scores = Scores(asked, adopted, scheme.in_force(asked.period), list(facts.standing_scores()))
    value, missing, base = scores.base("month.base")
    waiting = [submission for submission in facts.submissions.values() if submission.pending]
    inputs = [base, _key_work(asked, adopted, facts), _observation(asked, adopted, facts)]
    if value is None or waiting:
        lacks = [adopted.node("missing", missing=code) for code in missing]
        return asked.root("month.points", inputs=[*inputs, *lacks, *_unreviewed(asked, waiting)])
    points = max(Fraction(0), value + key_work(scheme, facts) + observation(scheme, facts))
    return asked.root("month.points", points, [*inputs, band(adopted, scheme.bands, "poor", points)])


def _unreviewed(asked: Asked, waiting: list[Submission]) -> Iterator[Node]:
    if waiting:
        yield Node("missing", facts={"missing": "unreviewed"}, inputs=[_form(asked, form) for form in waiting])


def _form(asked: Asked, submission: Submission) -> Node:
    return Node("submission", facts={"items": len(submission.data.items)}, event=asked.event(submission.event))


def _key_work(asked: Asked, adopted: Adopted, facts: Facts) -> Node:
    """The accepted items, at most the cap; without any it is 0 and costs nothing."""
    scheme = adopted.version.scheme
    items = []
    for submission, index, given in facts.accepted_items():
        item = submission.data.items[index]
        exact, shown = figures(given.verdict.points or 0)
        about = {"item": index, "category": item.category, "title": item.title}
        items.append(
            Node("key_work.item", exact, shown, about, [_form(asked, submission)], asked.event(given.event)),
        )
    cap = format_points(scheme.key_work.most)
    return adopted.node("key_work", key_work(scheme, facts), items, cap=cap, count=len(items))


def _observation(asked: Asked, adopted: Adopted, facts: Facts) -> Node:
    """The signed points of what was seen, within plus and minus the cap; the findings stay with their events."""
    scheme = adopted.version.scheme
    inputs = []
    for observed in facts.standing_observations():
        exact, shown = figures(observed.data.points)
        about = {"channel": observed.data.channel, "observed_on": observed.data.observed_on}
        inputs.append(Node("observation.seen", exact, shown, about, [], asked.event(observed.event)))
    cap = format_points(scheme.observation.most)
    return adopted.node("observation", observation(scheme, facts), inputs, cap=cap, count=len(inputs))
