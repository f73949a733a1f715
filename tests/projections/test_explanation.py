"""Explanations are of their rows, exactly, at any moment of any history."""

import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, note, settings

from ledger import periods
from ledger.projections.explanation import Node, Rule, mapped, walk
from ledger.texts.calculation import described
from ledger.texts.labels import LABELS
from ledger.texts.wording import LANGUAGES
from tests.office import Office, indicator
from tests.projections.sample import play, recorded
from tests.projections.telling import Telling, of, one
from tests.properties.histories import MONTHS, QUARTERS, YEAR, History, Played, World, all_ops, histories

HISTORY_PERIODS = (*MONTHS, *QUARTERS, "2026-Q1", YEAR, "2026", "2024")
PERIODS = (*periods.months_of("2025"), *periods.quarters_of("2025"), "2025", "2026-01", "2026-Q1", "2026")
Q1, Q2, Q3, Q4 = periods.quarters_of("2025")


@settings(
    max_examples=int(os.environ.get("LEDGER_TEST_EXAMPLES", "16")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(histories)
def test_in_every_history_each_row_follows_from_its_explanation(history: History) -> None:
    """At the head, and at each reopening, as it was then."""
    note(str(history))
    with tempfile.TemporaryDirectory() as folder:
        world = World(f"sqlite:///{folder}/ledger.db")
        with world.open() as ledger:
            world.enter(ledger)
            played = Played()
            for op in all_ops(history):
                for command in world.commands(op):
                    played.take(command, command.submit(ledger))
        told = Telling()
        for event in recorded(world.address):
            told.take(event)
            if event.type == "reopened":
                list(told.check_all(HISTORY_PERIODS))
        list(told.check_all(HISTORY_PERIODS))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> list[Node]:
    """The explanations of the sample year at its end; each was checked, then and at each reopening."""
    address = f"sqlite:///{tmp_path_factory.mktemp('sample')}/ledger.db"
    play(address)
    told = Telling()
    for event in recorded(address):
        told.take(event)
        if event.type == "reopened":
            assert list(told.check_all(PERIODS))
    return [root for _, root in told.check_all(PERIODS)]


def test_in_the_sample_year_each_row_follows_from_its_explanation(sample: list[Node]) -> None:
    sealed = Counter(periods.kind(root.facts["period"]) for root in sample if root.facts["state"] == "sealed")
    assert sealed == {"month": 237, "quarter": 79, "year": 20}
    assert sum(root.exact is not None for root in sample) == 235 + 79 + 19


class Desk(Office):
    """An office whose explanations are asked for, each checked against its row."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    def tree(self, cadre: str, period: str) -> Node:
        told = Telling(recorded(self.address))
        (found,) = [root for row, root in told.check_all([period], only=cadre)]
        return found

    def none(self, cadre: str, period: str) -> bool:
        told = Telling(recorded(self.address))
        return told.explain(told.moment, told.fold.memory.states[cadre], period) is None


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    with Desk(f"sqlite:///{tmp_path}/ledger.db") as office:
        yield office


def rules(node: Node) -> list[str]:
    return [entry.rule for entry in node.inputs]


def about(node: Node, *names: str) -> tuple[Any, ...]:
    return tuple(node.facts[name] for name in names)


def event_of(node: Node) -> str:
    assert node.event is not None
    return node.event.id


# Months


def test_a_month_from_its_scores_forms_and_observations(office: Desk) -> None:
    weights = {"leader": "50", "peer": "30", "public": "20"}
    indicators = [
        indicator("integrity", 10, kind="common", raters=weights),
        indicator("fiscal", 20),
        indicator("extra", 10, kind="special"),
        indicator("zero", 10, unscored="zero"),
    ]
    office.adopt(indicators=indicators, key_work={"cap": "2"}, observation={"cap": "1"})
    office.register("an")
    office.on("2025-02-01")
    leader = office.score("an", "2025-01", 9, "integrity", rater="leader")
    for scorer, points in (("a", 8), ("b", 7), ("c", 7)):
        office.score("an", "2025-01", points, "integrity", rater="peer", scorer=scorer)
    fiscal = office.score("an", "2025-01", 18, "fiscal", by="reviewer")
    correction = office.correct("an", fiscal, "17.50")
    form = office.submit("an", "2025-01", items=3)
    review = office.review("an", form, "1.50", "1.25", "refused")
    seen = [office.observe("an", "2025-01", points) for points in ("-3", "0.50")]
    month = office.tree("an", "2025-01")

    assert (month.rule, month.exact, month.shown, month.event) == ("month.points", "1051/16", "65.69", None)
    assert rules(month) == ["month.base", "key_work", "observation", "band"]
    base, work, observed, band = month.inputs
    assert rules(base) == ["indicator.value", "indicator.value", "indicator.skipped", "indicator.value"]
    integrity, corrected, skipped, zero = base.inputs
    assert [about(entry, "rater", "weight", "count") for entry in integrity.inputs] == [
        *(("leader", "50", 1), ("peer", "30", 3))
    ]
    assert [entry.exact for entry in integrity.inputs] == ["9", "22/3"]
    assert (integrity.exact, integrity.shown) == ("67/8", "8.38")
    assert event_of(integrity.inputs[0].inputs[0]) == leader
    assert [entry.facts["scorer"] for entry in integrity.inputs[1].inputs] == ["a", "b", "c"]
    score = corrected.inputs[0]
    assert (score.shown, about(score, "scorer", "given"), event_of(score)) == (
        *("17.50", ("reviewer", "18.00")),
        fiscal,
    )
    assert (event_of(score.inputs[0]), score.inputs[0].facts["reason"]) == (correction, "误录")
    assert about(skipped, "indicator", "kind", "unscored") == ("extra", "special", "skip")
    assert (zero.exact, zero.inputs, zero.facts["unscored"]) == ("0", [], "zero")
    assert (work.exact, about(work, "cap", "count")) == ("2", ("2.00", 2))
    assert [(event_of(item), about(item, "item", "title")) for item in work.inputs] == [
        *((review, (0, "事项0")), (review, (1, "事项1")))
    ]
    assert [event_of(item.inputs[0]) for item in work.inputs] == [form, form]
    assert (observed.exact, [event_of(entry) for entry in observed.inputs]) == ("-1", seen)
    assert (band.shown, band.facts["thresholds"]["average"]) == ("average", "60.00")
    assert band.facts["scheme"] == {"group": "town", "year": "2025", "version": 1}
    assert band.event is not None
    assert band.event.type == "adopted"


def test_points_do_not_fall_below_zero(office: Desk) -> None:
    office.adopt()
    office.register("an")
    office.on("2025-02-01")
    office.score("an", "2025-01", 2)
    office.observe("an", "2025-01", -4)
    month = office.tree("an", "2025-01")
    assert (month.exact, month.shown) == ("0", "0.00")
    assert [entry.exact for entry in month.inputs[:3]] == ["2", "0", "-4"]


def test_an_open_month_says_what_is_missing(office: Desk) -> None:
    office.adopt(indicators=[indicator("work", 10), indicator("more", 10), indicator("extra", 10, kind="special")])
    office.register("an")
    office.on("2025-02-01")
    office.score("an", "2025-01", 5)
    form = office.submit("an", "2025-01")
    month = office.tree("an", "2025-01")
    lacks = of(month, "missing")
    assert (month.exact, month.shown, one(month, "month.base").exact) == (None, None, None)
    assert [entry.facts["missing"] for entry in lacks] == ["more", "unreviewed"]
    labels = [described(entry, "zh")["label"] for entry in lacks]
    assert labels == ["尚缺：指标 more 未评分", "尚缺：有报送事项未出审核意见"]
    assert [event_of(entry) for entry in lacks[1].inputs] == [form]
    assert [entry.facts["missing"] for entry in of(office.tree("an", "2025-02"), "missing")] == ["work", "more"]


def test_without_any_score_no_value_is_missing(office: Desk) -> None:
    office.adopt(indicators=[indicator("extra", 10, kind="special"), indicator("zero", 10, unscored="zero")])
    office.register("an")
    assert [entry.facts["missing"] for entry in of(office.tree("an", "2025-01"), "missing")] == ["no_value"]


def test_a_year_without_a_scheme_lacks_it(office: Desk) -> None:
    office.adopt(year="2024")
    office.register("an")
    for period in ("2025-01", "2025"):
        tree = office.tree("an", period)
        assert [entry.facts["missing"] for entry in of(tree, "missing")][:1] == ["no_scheme"]


def test_an_excused_month_rests_on_the_excuse(office: Desk) -> None:
    office.adopt()
    office.register("an")
    office.after("2025-01")
    office.annul("an", office.excuse("an", "2025-01", "training"))
    excuse = office.excuse("an", "2025-01")
    office.seal("town", "2025-01")
    month = office.tree("an", "2025-01")
    assert (month.rule, month.shown, month.facts["excused"]) == ("month.excused", None, "leave")
    assert [(event_of(entry), entry.facts["reason"]) for entry in month.inputs] == [(excuse, "leave")]


def test_a_sealed_month_is_explained_as_it_was_sealed(office: Desk) -> None:
    """What was corrected, annulled, added and accepted after the reopening counts only from the new seal on."""
    office.adopt()
    office.staff("town", "an", "bo")
    office.after("2025-01")
    score = office.score("an", "2025-01", 80)
    seen = office.observe("an", "2025-01", 1)
    excuse = office.excuse("bo", "2025-01")
    office.seal("town", "2025-01")
    first = office.tree("an", "2025-01")
    office.reopen("town", "2025-01")
    correction = office.correct("an", score, 90)
    office.annul("an", seen)
    office.score("an", "2025-01", 100, scorer="x")
    office.review("an", office.submit("an", "2025-01"), 2)
    office.annul("bo", excuse)
    office.adopt(bands={"good": "81"})
    again = office.tree("an", "2025-01")
    assert again == replace(first, facts={**first.facts, "state": "reopened"})
    assert event_of(office.tree("bo", "2025-01").inputs[0]) == excuse

    office.score("bo", "2025-01", 50)
    office.seal("town", "2025-01")
    second = office.tree("an", "2025-01")
    assert (second.shown, about(second, "state", "revision", "scheme_version")) == ("97.00", ("sealed", 2, 1))
    scores = second.inputs[0].inputs[0].inputs
    assert [(entry.shown, entry.facts["given"]) for entry in scores] == [("90.00", "80.00"), ("100.00", "100.00")]
    assert event_of(scores[0].inputs[0]) == correction
    assert one(second, "observation").inputs == []
    assert office.tree("bo", "2025-01").shown == "50.00"


def test_a_result_that_has_gone_rests_on_its_seal(office: Desk) -> None:
    office.adopt()
    office.staff("town", "an", "bo")
    office.play_months("town", ["2025-01"], an=80, bo=70)
    office.reopen("town", "2025-01")
    office.annul("an", office.events("an", "scored")[0]["id"])
    office.depart("an", "2025-01")
    office.seal("town", "2025-01")
    month = office.tree("an", "2025-01")
    assert (month.rule, month.inputs, about(month, "not_graded", "revision")) == (
        *("month.not_graded", []),
        ("not_assessed", 2),
    )


def test_there_is_no_explanation_without_a_row(office: Desk) -> None:
    office.adopt()
    office.register("an", since="2025-04")
    assert office.none("an", "2025-01")
    assert office.none("an", Q1)
    assert office.none("an", "2024")
    assert office.none("an", "nonsense")


# Quarters


def test_a_quarter_from_its_months(office: Desk) -> None:
    office.adopt(ranking={"minimum": 1})
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=["95.01", "95", None], bo=[90, 90, 90], cai=[90, None, None])
    quarter = office.tree("an", Q1)
    assert (quarter.exact, quarter.shown, quarter.facts["grade"]) == ("19001/200", "95.01", "good")
    assert rules(quarter) == [
        *("quarter.month", "quarter.month", "quarter.month_left_out", "band"),
        *("quarter.eligibility", "quarter.rank", "quarter.last_place", "quarter.quota"),
    ]
    graded = [event["id"] for event in office.events("an", "month_graded")]
    assert [event_of(entry) for entry in quarter.inputs[:3]] == graded
    assert about(quarter.inputs[2], "month", "excused") == ("2025-03", "leave")
    assert about(one(quarter, "quarter.rank"), "rank", "of", "minimum") == (1, 2, 1)
    assert about(one(quarter, "quarter.quota"), "among", "places", "used", "inside", "closed_by_tie") == (
        *(2, 1, 1),
        *(True, False),
    )
    short = office.tree("cai", Q1)
    assert about(one(short, "quarter.eligibility"), "graded_months", "minimum_months", "eligible") == (1, 2, False)
    assert about(one(short, "quarter.rank"), "rank", "of", "not_ranked") == (None, None, "short_service")
    assert about(one(short, "quarter.quota"), "eligible", "inside", "otherwise") == (False, False, "fairly_good")
    assert of(short, "quarter.last_place") == []


def test_a_tie_that_does_not_fit_closes_the_quota(office: Desk) -> None:
    office.adopt(good_quota="0.50")
    office.staff("town", "an", "bo", "cai", "ding")
    office.play("town", Q1, an=95, bo=92, cai=92, ding=50)
    for cadre, inside in (("an", True), ("bo", False)):
        quota = one(office.tree(cadre, Q1), "quarter.quota")
        assert about(quota, "places", "used", "closed_by_tie", "inside") == (2, 1, True, inside)
        assert quota.shown == ("good" if inside else "fairly_good")
    assert of(office.tree("ding", Q1), "quarter.quota") == []


def test_without_ranks_the_quota_is_of_the_graded(office: Desk) -> None:
    office.adopt(ranking={"minimum": 5})
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=95, bo=92, cai=70)
    tree = office.tree("an", Q1)
    assert about(one(tree, "quarter.quota"), "counted", "among", "places", "used") == ("graded", 3, 1, 1)
    assert one(tree, "quarter.rank").facts["not_ranked"] == "small_group"


def test_the_quota_counts_who_was_graded_elsewhere_since(office: Desk) -> None:
    """bo's quarter counts in the county now, and the town's has not been sealed again."""
    office.adopt(ranking={"minimum": 1})
    office.adopt("county")
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=95, bo=70, cai=60)
    for month in periods.months_of(Q1):
        office.reopen("town", month)
    office.post("bo", "county", "2025-01")
    for month in periods.months_of(Q1):
        office.score("bo", month, 75, by="second")
        office.seal("county", month)
    office.seal("county", Q1)
    assert office.see("bo", Q1, "group") == "county"
    tree = office.tree("an", Q1)
    assert about(one(tree, "quarter.quota"), "among", "places", "used") == (3, 1, 1)
    assert about(tree, "state", "revision") == ("outdated", 1)


def test_a_sealed_quarter_keeps_the_months_it_was_sealed_with(office: Desk) -> None:
    office.adopt()
    office.register("an")
    office.play("town", Q1, an=80)
    first = office.tree("an", Q1)
    office.reopen("town", "2025-02")
    office.observe("an", "2025-02", 3)
    office.seal("town", "2025-02")
    assert office.tree("an", Q1) == replace(first, facts={**first.facts, "state": "outdated"})
    office.seal("town", Q1)
    assert office.tree("an", Q1).exact == "81"


def test_an_open_quarter_lacks_the_months_that_are_not_sealed(office: Desk) -> None:
    office.adopt()
    office.register("an")
    office.play_months("town", ["2025-01", "2025-02"], an=80)
    office.reopen("town", "2025-02")
    tree = office.tree("an", Q1)
    assert (tree.exact, rules(tree)) == ("80", ["quarter.month", "missing", "missing", "band"])
    reopened, waiting = of(tree, "missing")
    assert about(reopened, "missing", "state") == ("2025-02", "reopened")
    assert reopened.event is not None
    assert reopened.event.type == "reopened"
    assert (about(waiting, "missing", "state"), waiting.event) == (("2025-03", "open"), None)


def test_who_is_not_assessed_sees_why(office: Desk) -> None:
    office.adopt()
    office.staff("town", "an", "bo")
    office.play("town", Q1, an=[None, None, None], bo=80)
    tree = office.tree("an", Q1)
    assert (tree.rule, rules(tree)) == ("quarter.not_graded", ["quarter.month_left_out"] * 3)
    assert tree.event is not None
    assert tree.event.type == "sealed"


def test_a_decision_names_its_seal_and_reason(office: Desk) -> None:
    office.adopt()
    office.staff("town", "an", "bo")
    office.play_months("town", periods.months_of(Q1), an=70, bo=60)
    seal = office.seal("town", Q1, an="fairly_good").receipt.id
    decision = one(office.tree("an", Q1), "decision")
    assert (decision.shown, about(decision, "computed_grade", "grade", "reason"), event_of(decision)) == (
        *("fairly_good", ("average", "fairly_good", "研究决定")),
        seal,
    )


def stops(tree: Node) -> list[tuple[Any, ...]]:
    return [about(entry, "quarter", "effect", "because") for entry in one(tree, "last_place_run").inputs]


def test_a_run_of_last_places_goes_back_to_what_ended_it(office: Desk) -> None:
    office.adopt(last_place={"gap": "bridge", "quarters": 2})
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=50, bo=80, cai=90)
    office.play("town", Q2, an=50, bo=50, cai=90)
    office.play("town", Q3, an=[None, None, None], bo=80, cai=90)
    office.play("town", Q4, an=40, bo=80, cai=90)
    tree = office.tree("an", Q4)
    run = one(tree, "last_place_run")
    assert (run.shown, about(run, "case_after", "gap", "passed_over")) == ("2", (2, "bridge", 2))
    assert stops(tree) == [
        *((Q4, "counted", "last"), (Q3, "passed_over", "not_ranked"), (Q2, "passed_over", "last_shared")),
        *((Q1, "counted", "last"), ("2024-Q4", "ended", "not_posted")),
    ]
    sealed = run.inputs[1].event
    assert sealed is not None
    assert sealed.type == "sealed"
    act = office.adjust("an", Q1)
    assert stops(office.tree("an", Q4))[-1] == (Q1, "ended", "adjusted")
    assert event_of(one(office.tree("an", Q4), "last_place_run").inputs[-1]) == act


def test_a_run_ends_with_a_gap_another_group_or_another_place(office: Desk) -> None:
    office.adopt()
    office.adopt("county")
    office.staff("town", "an", "bo", "cai")
    office.staff("county", "xu", "yi")
    office.post("cai", "county", "2025-10")
    office.play("town", Q1, an=80, bo=50, cai=60)
    office.play("town", Q2, an=[None, 60, None], bo=70, cai=60)
    office.play("town", Q3, an=50, bo=70, cai=40)
    office.play("county", Q1, xu=80, yi=70)
    office.play("county", Q2, xu=80, yi=70)
    office.play("county", Q3, xu=80, yi=70)
    office.play("county", Q4, xu=80, yi=70, cai=30)
    assert stops(office.tree("cai", Q4))[1:] == [(Q3, "ended", "other_group")]
    assert stops(office.tree("cai", Q3))[1:] == [(Q2, "ended", "not_ranked")]
    assert stops(office.tree("bo", Q1))[1:] == [("2024-Q4", "ended", "not_posted")]


# Years

EVERYBODY_GOOD: dict[str, Any] = {"good_quota": "1", "ranking": {"minimum": 1}}


def test_a_year_from_quarters_evaluation_and_ceilings(office: Desk) -> None:
    office.adopt(**EVERYBODY_GOOD)
    office.staff("town", "an", "bo")
    office.play_year("town", "2025", an=[99, 99, 70, 95], bo=[50, 50, 50, 50])
    admonition = office.admonish("an", decided_on="2025-07-01")
    for cadre in ("an", "bo"):
        office.score(cadre, "2025", 96)
    office.seal("town", "2025")
    tree = office.tree("an", "2025")
    assert (tree.exact, tree.shown, about(tree, "grade")) == ("1857/20", "92.85", ("competent",))
    routine, evaluation = tree.inputs[:2]
    assert (routine.exact, routine.facts["weight"]) == ("363/4", "0.60")
    assert (evaluation.exact, evaluation.facts["weight"]) == ("96", "0.40")
    graded = [event["id"] for event in office.events("an", "quarter_graded")]
    assert [event_of(entry) for entry in routine.inputs] == graded
    ceilings = {entry.facts["reason"]: entry for entry in of(tree, "year.ceiling")}
    assert sorted(ceilings) == ["admonished", "quarter_below_fairly_good"]
    assert [about(entry, "binding") for entry in ceilings.values()] == [(True,), (True,)]
    assert [event_of(entry) for entry in ceilings["quarter_below_fairly_good"].inputs] == [graded[2]]
    assert [event_of(entry) for entry in ceilings["admonished"].inputs] == [admonition]
    assert (one(tree, "year.rank").shown, of(tree, "year.quota")) == ("1", [])
    low = {
        entry.facts["reason"]: (entry.shown, entry.facts["binding"])
        for entry in of(office.tree("bo", "2025"), "year.ceiling")
    }
    assert low == {
        "quarter_below_fairly_good": ("competent", False),
        "too_few_good_quarters": ("competent", False),
        "mostly_average_or_poor": ("basically_competent", False),
        "all_quarters_poor": ("incompetent", True),
    }


def test_an_admonition_taken_back_after_the_seal_still_explains_it(office: Desk) -> None:
    office.adopt(**EVERYBODY_GOOD)
    office.register("an")
    office.play_year("town", "2025", an=[99] * 4)
    admonition = office.admonish("an", decided_on="2025-07-01")
    office.score("an", "2025", 96)
    office.seal("town", "2025")
    first = office.tree("an", "2025")
    office.annul("an", admonition)
    assert office.tree("an", "2025") == first
    office.reopen("town", "2025")
    office.seal("town", "2025")
    assert of(office.tree("an", "2025"), "year.ceiling") == []


def test_the_quota_of_a_year(office: Desk) -> None:
    office.adopt(annual={"excellent_quota": "0.50"}, **EVERYBODY_GOOD)
    office.staff("town", "an", "bo", "cai")
    office.play_year("town", "2025", an=[99] * 4, bo=[98] * 4, cai=[97] * 4)
    for cadre in ("an", "bo", "cai"):
        office.score(cadre, "2025", 90)
    office.seal("town", "2025")
    for cadre, inside in (("an", True), ("bo", False)):
        quota = one(office.tree(cadre, "2025"), "year.quota")
        assert about(quota, "inside", "among", "places", "used") == (inside, 3, 1, 1)


def test_years_that_are_not_graded(office: Desk) -> None:
    office.adopt()
    office.staff("town", "an", "bo", "cai")
    office.depart("an", "2025-08")
    away: list[int | str | None] = [None, None, None]
    office.play("town", Q1, an=80, bo=80, cai=80)
    office.play("town", Q2, an=80, bo=away, cai=80)
    office.play_months("town", ["2025-07"], an=80, bo=[None], cai=80)
    office.play_months("town", ["2025-08", "2025-09"], bo=[None, None], cai=80)
    office.seal("town", Q3)
    office.play("town", Q4, bo=away, cai=80)
    office.score("cai", "2025", 80)
    office.seal("town", "2025")
    left = office.tree("an", "2025")
    assert (left.rule, left.facts["not_graded"]) == ("year.not_graded", "departed")
    assert rules(left) == ["year.quarter", "year.quarter", "year.quarter", "departure"]
    assert about(left.inputs[-1], "since", "departed") == ("2025-08", "retired")
    assert event_of(left.inputs[-1]) == office.events("an", "departed")[0]["id"]
    few = office.tree("bo", "2025")
    assert about(few, "not_graded", "minimum_quarters") == ("short_service", 2)
    assert rules(few) == ["year.quarter", *["year.quarter_left_out"] * 3]


def test_an_open_year_lacks_quarters_and_evaluation(office: Desk) -> None:
    office.adopt("town", **EVERYBODY_GOOD)
    office.adopt("county", annual={"indicators": [indicator("county_review", 50)]})
    office.register("an")
    office.post("an", "county", "2025-12")
    office.play("town", Q1, an=80)
    score = office.score("an", "2025", 40, "county_review")
    tree = office.tree("an", "2025")
    assert (tree.exact, one(tree, "year.routine").exact, one(tree, "year.evaluation").exact) == (None, "80", None)
    lacks = {entry.facts["missing"]: entry for entry in of(tree, "missing")}
    assert list(lacks) == ["review", "misfit:county_review", Q2, Q3, Q4]
    assert [event_of(entry) for entry in lacks["misfit:county_review"].inputs] == [score]


def test_a_year_may_rest_on_its_quarters_alone(office: Desk) -> None:
    office.adopt(annual={"routine_weight": "1", "indicators": []})
    office.register("an")
    office.play("town", Q1, an=80)
    tree = office.tree("an", "2025")
    assert (tree.shown, one(tree, "year.evaluation").facts["weight"]) == ("80.00", "0")


# The tree itself


def test_every_rule_is_met(sample: list[Node], office: Desk) -> None:
    """By the sample year, but for what is left out of it."""
    met = {node.rule for root in sample for node in walk(root)}
    assert set(get_args(Rule)) - met == {"month.not_graded", "quarter.not_graded", "year.quarter_left_out"}


def test_a_tree_says_nothing_of_other_people(sample: list[Node]) -> None:
    """No id of another cadre stands in a tree, and every event is of the cadre, a scheme or a round (telling.py)."""
    others = re.compile(r"500101-\d{4}")
    assert [found for root in sample if (found := others.search(json.dumps(described(root, "zh"))))] == []


def test_a_tree_can_be_changed_and_cut_from_the_root_down(sample: list[Node]) -> None:
    def without_scorers(node: Node) -> Node | None:
        if node.rule == "rater.mean":
            return replace(node, inputs=[])
        if node.rule == "observation.seen":
            return None
        facts = {name: value for name, value in node.facts.items() if name != "scorer"}
        event = replace(node.event, actor=None) if node.event is not None else None
        return replace(node, facts=facts, event=event)

    for root in sample:
        changed = mapped(root, without_scorers)
        assert changed is not None
        nodes = list(walk(changed))
        assert all(node.event is None or node.event.actor is None or node.rule == "rater.mean" for node in nodes)
        assert not any("scorer" in node.facts or node.rule == "observation.seen" for node in nodes)
        assert not any(node.rule == "score" for entry in nodes if entry.rule == "rater.mean" for node in walk(entry))
        assert mapped(root, lambda node: node) == root
    assert mapped(sample[0], lambda node: None) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_described(sample: list[Node], language: Any) -> None:
    for root in sample:
        told = described(root, language)
        assert json.loads(json.dumps(told)) == told
        for node, step in zip(walk(root), steps_of(told), strict=True):
            assert (step["rule"], step["exact"], step["shown"]) == (node.rule, node.exact, node.shown)
            assert step["label"]
            assert not re.search(r"[\[\]{}]|None|True|False|^ | $|  ", step["label"]), step["label"]
            assert (re.search(r"[\u4e00-\u9fff]", step["label"]) is not None) >= (language == "zh")
            assert (step["shown_label"] is not None) == (node.shown in LABELS["grade"])
            assert set(node.facts) <= set(LABELS["field"]), node


def steps_of(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield told
    for entry in told["inputs"]:
        yield from steps_of(entry)


def test_labels_tell_the_facts_in_words(office: Desk) -> None:
    office.adopt(good_quota="0.50")
    office.staff("town", "an", "bo", "cai")
    office.play("town", Q1, an=[95, 95, None], bo=90, cai=50)
    tree = office.tree("an", Q1)
    chinese, english = ([step["label"] for step in steps_of(described(tree, language))] for language in LANGUAGES)
    assert chinese == [
        "2025年第1季度得分：计分月份的平均分",
        "2025年1月得分",
        "2025年2月得分",
        "2025年3月没有得分，不计入（请假）",
        "得分 95.00 达到的等次",
        "计分月份 2 个，参加排名至少须 2 个",
        "组内排名：3 人中第 1 名",
        "末位：否，并列末位（不计）：否",
        "“好”等次名额：参加排名 3 人 × 0.50，名额 1 个，已用 1 个",
    ]
    assert english[0] == "Points of the quarter 2025-Q1: the mean of its graded months"
    assert english[6:] == [
        "Rank: 1 of 3",
        "Last place: no, shared and not counted: no",
        "Places for good: 0.50 of the 3 ranked, places: 1, used: 1",
    ]
    labels = [step["shown_label"] for step in steps_of(described(tree, "zh"))]
    assert labels == [None, None, None, None, "好", None, None, None, "好"]
