"""Every case that the sample story promises is really there."""

from ledger.demo.people import NAMESAKES
from ledger.demo.principals import OWN_CADRE
from ledger.demo.scenes import consequences, forms, postings, ranking, rounds, scores, unfinished
from tests.demo.sample import ALL, Sample


def test_two_people_have_the_same_name(sample: Sample) -> None:
    names = [event["data"]["name"] for event in sample.of_type("registered")]
    twice = {name for name in names if names.count(name) > 1}
    assert len(twice) == 1
    assert {sample.record(cadre)["name"] for cadre in NAMESAKES} == twice


def test_forms(sample: Sample) -> None:
    replaced = [e for e in sample.of_type("submitted") if "replaces" in e["data"]]
    assert [event["stream"] for event in replaced] == [f"cadre:{forms.RETURNED}"]
    assert sample.work(forms.RETURNED, "2024-02") == ["2.50 0.00"]
    assert sample.work(forms.REFUSED, "2024-03") == ["2.00 0.00"]
    assert sample.work(forms.JUDGED_TWICE, "2024-04") == ["1.50 0.00"]
    assert sample.work(forms.CAPPED, "2024-06") == ["5.00 0.00"]
    outcomes = {v["outcome"] for e in sample.of_type("reviewed") for v in e["data"]["verdicts"]}
    assert outcomes == {"accepted", "refused", "returned"}
    assert len(sample.of_type("withdrawn", forms.WITHDRAWN)) == 1
    assert sample.period(forms.LATE, "2024-05")["late"] is True
    assert {event["actor"] for event in sample.of_type("submitted", OWN_CADRE)} >= {f"本人.{OWN_CADRE}"}


def test_scores_and_observations(sample: Sample) -> None:
    assert len(sample.of_type("score_corrected", scores.CORRECTED)) == 1
    assert len(sample.of_type("annulled", scores.ANNULLED)) == 1
    peers = [
        e["data"]["scorer"]
        for e in sample.of_type("scored", scores.TWO_SCORERS)
        if e["data"]["period"] == "2024-05" and e["data"].get("rater") == "peer"
    ]
    assert len(set(peers)) == 2
    assert sample.period(scores.SKIPPED, "2024-04")["points"] == "88.00"
    assert sample.period(scores.ZERO, "2025-05")["points"] == "76.67"
    assert sample.work(scores.OBSERVED, "2024-07") == ["0.00 -0.50"]
    assert sample.work(scores.OVER_CAP, "2024-08") == ["0.00 -5.00"]
    assert sample.work(scores.NOT_SEEN, "2024-09") == ["0.00 0.00"]
    assert {e["data"]["channel"] for e in sample.of_type("observed")} == {"frontline", "public_opinion"}


def test_excused_months(sample: Sample) -> None:
    assert sample.period(postings.ON_LEAVE, "2024-03")["excused"] == "leave"
    assert sample.period(postings.INVESTIGATED, "2025-05")["excused"] == "under_investigation"
    assert sample.period(postings.INVESTIGATED, "2025-Q2")["not_graded"] == "not_assessed"
    assert sample.period(postings.BACK_EARLY, "2024-10")["excused"] is None


def test_postings(sample: Sample) -> None:
    assert [sample.period(postings.TRANSFERRED, m)["group"] for m in ("2024-04", "2024-05", "2024-Q2")] == [
        *("small_towns", "large_towns", "large_towns")
    ]
    tied = sample.period(postings.TIED, "2024-Q3")
    assert (tied["group"], tied["months"]) == ("small_towns", ["2024-07", "2024-08"])
    assert sample.period(postings.RETIRED, "2024")["not_graded"] == "departed"
    assert (postings.RETIRED, "feedback", "2024-Q3") in sample.duties(state="withdrawn")
    quarter = sample.period(postings.SHORT_QUARTER, "2024-Q2")
    assert (quarter["not_ranked"], quarter["reasons"], quarter["band"]) == ("short_service", ["short_service"], "good")
    assert sample.period(postings.SHORT_YEAR, "2024")["not_graded"] == "short_service"
    assert len(sample.record(postings.AWAY)["postings"]) == 3
    assert len(sample.record(postings.MISPOSTED)["postings"]) == 1


def test_ranks_and_quotas(sample: Sample) -> None:
    edge = sample.standings("townships", "2024-Q1")
    assert edge["quota"] == {"places": 4, "used": 2, "by_decision": 0}
    rows = {row["cadre"]: row for row in edge["rows"]}
    assert [rows[cadre]["reasons"] for cadre in ranking.QUOTA_TIE] == [["quota"]] * 3
    assert [rows[cadre]["last_shared"] for cadre in ranking.SHARED_LAST] == [True, True]
    assert not any(row["last"] for row in rows.values())
    small = sample.standings("law_departments", "2024-Q1")["rows"]
    assert [row["not_ranked"] for row in small] == ["small_group", "small_group"]


def test_runs_of_last_places(sample: Sample) -> None:
    assert sample.period(ranking.LAST_THREE, "2025-Q1")["last_place_run"] == 3
    assert sample.period(ranking.BRIDGED, "2024-Q3")["not_ranked"] == "short_service"
    assert sample.period(ranking.BRIDGED, "2025-Q1")["last_place_run"] == 3
    done = sample.duties(kind="adjustment_case", state="done")
    assert sorted(done) == [
        (ranking.LAST_THREE, "adjustment_case", "2025-Q1"),
        (consequences.ALWAYS_POOR, "adjustment_case", "2024-Q3"),
        (ranking.BRIDGED, "adjustment_case", "2025-Q1"),
    ]
    assert [act["outcome"] for act in sample.record(ranking.LAST_THREE)["adjustments"]] == ["reassigned"]


def test_low_grades(sample: Sample) -> None:
    record = sample.record(consequences.ADMONISHED)
    assert [quarter["grade"] for quarter in record["quarters"][:2]][1] == "poor"
    assert len(record["criticisms"]) == 1
    admonition = record["admonitions"][0]
    assert admonition["window"] == {"from": "2024-07-25", "until": "2025-01-24", "in_force": False}
    assert [review["closed"] for review in admonition["reviews"]] == [True]
    assert len(sample.record(consequences.WAIVED)["waivers"]) == 1
    assert sample.record(consequences.STILL_ADMONISHED)["admonitions"][0]["window"]["in_force"] is True
    assert (consequences.REMINDED, "reminder_talk", "2024-Q3") in sample.duties(state="done")
    annulled = [talk["annulled_by"] for talk in sample.record(consequences.TALK_ANNULLED)["talks"]]
    assert sum(by is not None for by in annulled) == 1


def test_what_is_due_when_the_story_ends(sample: Sample) -> None:
    assert sample.duties(state="overdue") == [
        (consequences.NOT_CRITICISED, "criticism", "2025-Q3"),
        (consequences.NO_FEEDBACK, "feedback", "2025-Q3"),
        (ranking.CASE_WAITING, "adjustment_case", "2025-Q3"),
        (consequences.NOT_REMINDED, "reminder_talk", "2025-Q3"),
    ]
    assert sample.duties(state="due") == [
        (consequences.NOT_CRITICISED, "consider_admonition", "2025-Q3"),
        (consequences.STILL_ADMONISHED, "admonition_review", None),
    ]


def test_reopened_month_and_decisions(sample: Sample) -> None:
    quarter = "2024-Q3"
    revisions = [e["data"] for e in sample.of_type("quarter_graded") if e["data"]["period"] == quarter]
    mistyped = [
        e["data"]["grade"] for e in sample.of_type("quarter_graded", rounds.MISTYPED) if e["data"]["period"] == quarter
    ]
    assert {data["revision"] for data in revisions} == {1, 2}
    assert mistyped == ["average", "fairly_good"]
    standings = sample.standings("subdistricts", quarter)
    assert (standings["state"], standings["revision"]) == ("sealed", 2)
    assert [row["cadre"] for row in standings["rows"] if row["decision"]] == [rounds.LOWERED]
    assert (rounds.MISTYPED, "reminder_talk", quarter) in sample.duties(state="withdrawn")
    assert (rounds.SPARED, "reminder_talk", quarter) in sample.duties(state="withdrawn")
    assert (rounds.MISTYPED, "feedback", quarter) in sample.duties(state="done")
    small = sample.standings("law_departments", "2025-Q1")
    assert small["quota"]["by_decision"] == 1
    assert sample.period(rounds.RAISED, "2025-Q1")["computed_grade"] == "fairly_good"


def test_appeals(sample: Sample) -> None:
    upheld, dismissed, undecided = (
        sample.record(cadre)["appeals"][0]["decision"] for cadre in (OWN_CADRE, rounds.DISMISSED, rounds.UNDECIDED)
    )
    assert (upheld["outcome"], dismissed["outcome"], undecided) == ("upheld", "dismissed", None)
    chain = [sample.period(OWN_CADRE, period) for period in ("2024-11", "2024-Q4", "2024")]
    assert [(row["state"], row["revision"]) for row in chain] == [("sealed", 2)] * 3
    assert [sample.standings(group, "2024")["revision"] for group in ("small_towns", "townships")] == [3, 1]


def test_second_version_of_a_scheme(sample: Sample) -> None:
    versions = [sample.period("500101-0029", period)["scheme_version"] for period in ("2025-05", "2025-06", "2025-Q2")]
    assert versions == [1, 2, 2]


def test_the_sealed_year_shows_every_reason(sample: Sample) -> None:
    rows = [row for group in sample.groups() for row in sample.standings(group, "2024")["rows"]]
    assert {reason for row in rows for reason in row["reasons"]} == {
        "quarter_below_fairly_good",
        "too_few_good_quarters",
        "admonished",
        "mostly_average_or_poor",
        "all_quarters_poor",
        "quota",
    }
    assert {row["grade"] for row in rows} == {"excellent", "competent", "basically_competent", "incompetent", None}
    assert all(sample.standings(group, "2024")["state"] == "sealed" for group in sample.groups())


def test_the_last_months_are_open(sample: Sample) -> None:
    queries, caller = sample.ledger.queries, sample.organiser
    ready = {group: queries.progress(caller, group, "2025-11")["ready"] for group in sample.groups()}
    assert ready == {
        "large_towns": False,
        "law_departments": False,
        "small_towns": False,
        "subdistricts": True,
        "townships": True,
    }
    lacking = queries.progress(caller, "large_towns", "2025-11")["by_cadre"]
    assert [(entry["cadre"], entry["missing"]) for entry in lacking] == [
        (cadre, ["project_construction"]) for cadre in unfinished.NOT_SCORED
    ]
    assert not any(queries.progress(caller, group, "2025-12")["ready"] for group in sample.groups())
    pending = sample.ledger.worklists.submissions(caller, ALL, state="pending")["items"]
    assert {item["period"] for item in pending} == {"2025-11", "2025-12"}
    assert sample.standings("townships", "2025-10")["state"] == "reopened"
    assert sum(event["data"]["period"] == "2025" for event in sample.of_type("scored")) == 27
