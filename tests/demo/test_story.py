"""The sample story as a whole: its dates, ids and principals, and that a second play tells the same."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from ledger import periods
from ledger.aggregates.access import Role
from ledger.demo import play
from ledger.demo.people import units_of
from ledger.demo.plot import Append
from ledger.demo.story import plot
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.ledger import AlreadyFounded, Ledger
from tests.demo.sample import BEGIN, END, Sample

UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_ledger_and_pages_say_that_it_is_a_sample(sample: Sample) -> None:
    founded = sample.of_type("founded")[0]["data"]
    assert founded == {
        "origin": "sample.invalid/ledger",
        "name": "示例区考核台账（样本数据）",
        "time_zone": "Asia/Shanghai",
    }
    assert all("示例" in adopted["data"]["scheme"]["title"] for adopted in sample.of_type("adopted"))
    assert [len(units_of(group)) for group in ("subdistricts", "large_towns", "small_towns", "townships")] == [
        *(14, 13, 14, 11)
    ]


def test_the_story_keeps_to_its_dates_and_size(sample: Sample) -> None:
    assert all(BEGIN <= event["recorded_at"] < END for event in sample.events)
    assert 12_000 <= len(sample.events) <= 20_000


def test_each_role_has_a_token(sample: Sample) -> None:
    roles = {
        role: sample.ledger.queries.me(Caller("test", token=token))["role"] for role, token in sample.tokens.items()
    }
    assert list(roles) == list(roles.values())
    assert set(roles) == set(get_args(Role))
    assert all(event["actor"] == "local:sample" for event in sample.of_type("granted"))
    assert all("expires" not in event["data"] for event in sample.of_type("granted"))


def test_every_planned_event_is_there_under_its_id(sample: Sample) -> None:
    planned = [step.id for step in plot().in_order() if isinstance(step, Append)]
    recorded = {event["id"] for event in sample.events}
    assert len(set(planned)) == len(planned)
    assert recorded.issuperset(planned)


def test_a_second_play_tells_the_same(sample: Sample, tmp_path: Path) -> None:
    months: list[str] = []
    tokens = play(tmp_path / "again.db", months.append)
    assert months == periods.months_between("2024-01", "2025-12")
    with Ledger(tmp_path / "again.db") as ledger:
        again = list(ledger.feed.ledger(Caller("test", token=tokens["organiser"])))
    assert _told(again) == _told(sample.events)


def test_a_ledger_that_is_there_is_left_alone(sample: Sample) -> None:
    with pytest.raises(AlreadyFounded):
        play(sample.path)


def _told(events: list[Row]) -> list[str]:
    """The events without what each ledger makes for itself: ids of its own, token hashes, digests over such ids."""
    own = {
        e["id"]: f"{e['stream']}#{e['version']}" for e in events if UUID_TEXT.fullmatch(e["id"]) and e["id"][14] == "7"
    }
    texts = []
    for event in events:
        data = {key: value for key, value in event["data"].items() if key not in ("key_hash", "results")}
        text = json.dumps({**event, "data": data}, ensure_ascii=False)
        texts.append(UUID_TEXT.sub(lambda found: own.get(found.group(), found.group()), text))
    return texts
