"""A ledger's events folded in memory, its explanations, and an evaluator that knows only rules.md.

``check`` asserts that an explanation is of its row: the figures follow from the leaves by the parameters it states, the
leaves are the recorded events, and they are those that stood when the row was sealed.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from ledger import periods
from ledger.aggregates import cadre as cadres
from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.cadre_events import Observed, Reviewed, ScoreCorrected, Scored
from ledger.aggregates.envelope import Recorded
from ledger.aggregates.facts import Facts
from ledger.aggregates.graded_events import Graded, MonthGraded
from ledger.projections import annual, monthly, quarterly
from ledger.projections.explanation import Node, explain, walk
from ledger.projections.moment import Moment, Row, moment
from tests.properties.recompute import Fold

LATER = date(2026, 12, 31)
LOWER = {"good": "fairly_good", "excellent": "competent"}
YEAR_GRADES = ("excellent", "competent", "basically_competent", "incompetent")
ROWS = {"month": monthly.row, "quarter": quarterly.row, "year": annual.row}


class Telling:
    """The ledger up to one of its events; ``take`` goes on."""

    def __init__(self, events: Iterable[Recorded] = ()) -> None:
        self.fold = Fold()
        self.events: dict[str, Recorded] = {}
        for event in events:
            self.take(event)

    def take(self, event: Recorded) -> None:
        self.fold.evolve(event)
        self.events[event.id] = event

    @property
    def moment(self) -> Moment:
        return moment(self.fold.registers, len(self.events), LATER)

    def cadres(self) -> list[Cadre]:
        return list(self.fold.memory.states.values())

    def facts(self, cadre: str, period: str, position: int) -> Facts:
        """From the events about the period alone."""
        state = Cadre(cadre)
        for event in self.events.values():
            if event.stream == f"cadre:{cadre}" and event.period == period and event.position <= position:
                cadres.evolve(state, event)
        return state.facts_of(period)

    def explain(self, at: Moment, cadre: Cadre, period: str) -> Node | None:
        return explain(at, cadre, period, lambda part, to: self.facts(cadre.id, part, to), self.events.__getitem__)

    def check_all(self, wanted: Iterable[str], *, only: str | None = None) -> Iterator[tuple[Row, Node]]:
        """Every row of these periods (of one cadre) with its explanation, checked."""
        at = self.moment
        for cadre in self.cadres():
            if only not in (None, cadre.id):
                continue
            for period in wanted:
                row = ROWS[str(periods.kind(period))](at, cadre, period)
                root = self.explain(at, cadre, period)
                assert (row is None) == (root is None), (cadre.id, period)
                if row is not None and root is not None:
                    self.check(cadre, row, root)
                    yield row, root

    def check(self, cadre: Cadre, row: Row, root: Node) -> None:
        about = (cadre.id, row, root)
        assert (root.shown, root.facts["grade"]) == (row["points"], row["grade"]), about
        for name in ("period", "group", "state", "revision", "scheme_version"):
            assert root.facts[name] == row[name], about
        assert (root.exact is None) == (row["points"] is None), about
        for node in walk(root):
            self._check_node(cadre, node)
        result = self._result(cadre, row)
        assert (root.event.id if root.event is not None else None) == self._event_of(cadre, row, result), about
        _check_grade(row, root, result)
        self._check_time(root, result)
        if result is not None and isinstance(result.data, MonthGraded) and result.data.breakdown is not None:
            _check_breakdown(result.data, root)

    def _result(self, cadre: Cadre, row: Row) -> Result | None:
        found = cadre.results_by_group(row["period"]).get(row["group"])
        return found if row["revision"] is not None else None

    def _event_of(self, cadre: Cadre, row: Row, result: Result | None) -> str | None:
        """The graded event of a sealed row; of who was not assessed the seal that says so."""
        if result is not None:
            return result.event
        if row["revision"] is None:
            return None
        round_ = self.fold.registers.round(row["group"], row["period"])
        return str(round_.seals[row["revision"] - 1].event)

    def _check_node(self, cadre: Cadre, node: Node) -> None:
        if node.exact is not None:
            value = self.value(node)
            assert str(value) == node.exact, node
            assert node.shown == rounded(value), node
        if node.event is not None:
            known = self.events[node.event.id]
            assert known.stream.partition(":")[0] in ("scheme", "round") or known.stream == f"cadre:{cadre.id}"
            for name in ("type", "actor", "recorded_at", "position"):
                assert getattr(node.event, name) == getattr(known, name), node
        elif not node.inputs:
            assert node.rule in ("missing", "last_place_run.end", "last_place_run.quarter"), node
            assert node.facts.get("because", "not_ranked") in ("not_ranked", "not_posted"), node

    def _check_time(self, root: Node, result: Result | None) -> None:
        """A sealed figure rests on nothing recorded after its seal; only the run is read from the latest results."""
        if result is not None:
            for entry in root.inputs:
                for node in walk(entry):
                    if entry.rule not in ("last_place_run", "decision") and node.event is not None:
                        assert node.event.position < result.position, node

    def value(self, node: Node) -> Fraction:
        """What a step comes to in points, from its inputs and stated parameters; of a leaf what its event says."""
        facts = node.facts
        match node.rule:
            case "score":
                return self.value(node.inputs[0]) if node.inputs else self._recorded(node)
            case "score.correction" | "key_work.item" | "observation.seen" | "quarter.month" | "year.quarter":
                return self._recorded(node)
            case "rater.mean":
                assert facts["count"] == len(node.inputs)
                return self._mean(node.inputs)
            case "indicator.value":
                return self._weighted(node.inputs)
            case "month.base" | "year.evaluation":
                values = of(node, "indicator.value")
                most = sum(Fraction(entry.facts["max"]) for entry in values)
                assert most == Fraction(facts.get("sum_of_max", 0))
                return 100 * self._sum(values) / (most or 1)
            case "key_work":
                return min(Fraction(facts["cap"]), self._sum(node.inputs))
            case "observation":
                cap = Fraction(facts["cap"])
                return max(-cap, min(cap, self._sum(node.inputs)))
            case "month.points":
                return max(Fraction(0), self._sum(of(node, "month.base", "key_work", "observation")))
            case "quarter.points":
                return self._mean(of(node, "quarter.month"))
            case "year.routine":
                return self._mean(of(node, "year.quarter"))
            case "year.points":
                parts = of(node, "year.routine", "year.evaluation")
                weights = [Fraction(part.facts["weight"]) for part in parts]
                assert sum(weights) == 1
                return sum((w * self.value(part) for w, part in zip(weights, parts, strict=True)), Fraction(0))
        raise AssertionError(node)

    def _recorded(self, node: Node) -> Fraction:
        assert node.event is not None
        data: Any = self.events[node.event.id].data
        match data:
            case Scored():
                assert (data.indicator, data.rater) == (node.facts["indicator"], node.facts["rater"])
                return Fraction(data.points, 100)
            case ScoreCorrected() | Observed() | Graded():
                assert data.points is not None
                return Fraction(data.points, 100)
            case Reviewed():
                given = [verdict for verdict in data.verdicts if verdict.item == node.facts["item"]]
                assert given[-1].outcome == "accepted"
                assert given[-1].points is not None
                return Fraction(given[-1].points, 100)
        raise AssertionError(node)

    def _sum(self, nodes: Iterable[Node]) -> Fraction:
        return sum(map(self.value, nodes), Fraction(0))

    def _mean(self, nodes: list[Node]) -> Fraction:
        return self._sum(nodes) / len(nodes)

    def _weighted(self, inputs: list[Node]) -> Fraction:
        """Without rater classes the mean of the scores, with them weighted; nothing counts as zero."""
        if not inputs:
            return Fraction(0)
        weights = [Fraction(entry.facts.get("weight", 1)) for entry in inputs]
        values = map(self.value, inputs)
        return sum((w * value for w, value in zip(weights, values, strict=True)), Fraction(0)) / sum(weights)


def of(node: Node, *rules: str) -> list[Node]:
    return [entry for entry in node.inputs if entry.rule in rules]


def one(node: Node, rule: str) -> Node:
    (found,) = of(node, rule)
    return found


def rounded(points: Fraction) -> str:
    """Half up to two places."""
    hundredths = floor(points * 100 + Fraction(1, 2))
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def band_of(node: Node, points: str) -> str:
    reached = [name for name, least in node.facts["thresholds"].items() if Fraction(least) <= Fraction(points)]
    return str(reached[0] if reached else node.facts["lowest"])


def _check_grade(row: Row, root: Node, result: Result | None) -> None:
    """Band, then ceilings, quota and decision, as the tree states them, give the row's grades and reasons."""
    if root.shown is None:
        return
    bands = of(root, "band")
    assert [band.shown for band in bands] == [band_of(band, root.shown) for band in bands]
    if periods.kind(row["period"]) == "month":
        assert bands[0].shown == row["grade"]
        return
    assert [band.shown for band in bands] == ([row["band"]] if row["band"] else [])
    if result is None:
        assert row["grade"] is None
        return
    grade, reasons = str(row["band"]), []
    for ceiling in of(root, "year.ceiling"):
        reasons.append(ceiling.facts["reason"])
        assert ceiling.facts["binding"] == (YEAR_GRADES.index(str(ceiling.shown)) > YEAR_GRADES.index(row["band"]))
        grade = max(grade, str(ceiling.shown), key=YEAR_GRADES.index)
    for quota in of(root, "quarter.quota", "year.quota"):
        _check_quota(quota.facts)
        if not quota.facts["inside"]:
            reasons.append("quota" if quota.facts.get("eligible", True) else "short_service")
            grade = LOWER[grade]
        assert quota.shown == grade
    assert (grade, sorted(reasons)) == (row["computed_grade"], row["reasons"])
    decided = of(root, "decision")
    assert (decided[0].shown if decided else grade) == row["grade"]
    _check_rank(row, root)


def _check_quota(facts: Any) -> None:
    assert facts["places"] == max(1, floor(Fraction(facts["share"]) * facts["among"]))
    assert facts["used"] <= facts["places"]
    assert not (facts["closed_by_tie"] and facts["used"] == facts["places"])
    assert facts["used"] or not facts["inside"]


def _check_rank(row: Row, root: Node) -> None:
    kind = periods.kind(row["period"])
    rank = one(root, f"{kind}.rank")
    assert rank.shown == (str(row["rank"]) if row["rank"] is not None else None)
    assert (rank.facts["rank"], rank.facts["of"]) == (row["rank"], row["of"])
    if kind == "quarter":
        facts = one(root, "quarter.eligibility").facts
        assert facts["eligible"] == (facts["graded_months"] >= facts["minimum_months"])
        assert facts["eligible"] == (row["not_ranked"] != "short_service")
        runs = of(root, "last_place_run")
        counted = [
            stop for run in runs for stop in of(run, "last_place_run.quarter") if stop.facts["effect"] == "counted"
        ]
        assert len(counted) == row["last_place_run"]
        assert [run.shown for run in runs] == ([str(row["last_place_run"])] if row["last"] else [])
        assert [run.inputs[-1].rule for run in runs] == ["last_place_run.end"] * len(runs)


def _check_breakdown(data: MonthGraded, root: Node) -> None:
    """What the seal recorded of the way to the points."""
    assert data.breakdown is not None
    base = one(root, "month.base")
    assert base.exact == data.breakdown.base
    values = [(entry.facts["indicator"], entry.exact) for entry in of(base, "indicator.value")]
    assert values == [(value.code, value.value) for value in data.breakdown.indicators]
    for rule, points in (("key_work", data.breakdown.key_work), ("observation", data.breakdown.observation)):
        assert one(root, rule).exact == str(Fraction(points, 100))
