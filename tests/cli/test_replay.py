"""``ledger replay``: a cadre's history as a person reads it, with what each event changed, up to any moment."""

import re

import pytest

from tests.cli.running import Shell
from tests.office import Office

EVENT = re.compile(r"  (\d{4}-\d\d-\d\d \d\d:\d\d)  #(\d+)  (.+)")
STANDING = re.compile(r"(?:现状|As it stands) (\d{4}-\d\d-\d\d) \(#(\d+)\)")
Told = dict[int, tuple[str, list[str]]]
"""By position what is told of an event, and what is written under it."""


class Replay:
    """What was told: the events, and how things stand at the end."""

    def __init__(self, text: str) -> None:
        self.heading, *self.lines = text.splitlines()
        self.events: Told = {}
        self.standing: list[str] = []
        under: list[str] = []
        for line in self.lines:
            if (event := EVENT.fullmatch(line)) is not None:
                under = []
                self.events[int(event[2])] = (f"{event[1]} {event[3]}", under)
            elif (standing := STANDING.fullmatch(line)) is not None:
                self.date, self.position = standing[1], int(standing[2])
                under = self.standing
            else:
                assert line.startswith("  ")
                under.append(line.strip())

    def until(self, position: int) -> Told:
        return {at: told for at, told in self.events.items() if at <= position}

    def under(self, words: str) -> list[str]:
        """What is written under the one event told with these words."""
        (found,) = (effects for told, effects in self.events.values() if words in told)
        return found


def replay(shell: Shell, *options: str, language: str = "en") -> Replay:
    ran = shell("replay", "bo", "--language", language, *options)
    assert (ran.code, ran.err) == (0, "")
    return Replay(ran.out)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The first quarter of an and bo, whose January is mended in a second revision; an's own events are not told."""
    shell = Shell(tmp_path_factory.mktemp("history"))
    with Office(f"sqlite:///{shell.database}") as office:
        office.adopt(ranking={"minimum": 2})
        office.staff("town", "an", "bo")
        office.after("2025-01")
        office.score("an", "2025-01", 95)
        score = office.score("bo", "2025-01", 55)
        office.seal("town", "2025-01")
        office.play_months("town", ("2025-02", "2025-03"), an=95, bo=55)
        office.seal("town", "2025-Q1")
        office.on("2025-04-10")
        office.reopen("town", "2025-01")
        office.correct("bo", score, 85)
        office.on("2025-04-20")
        office.seal("town", "2025-01")
        office.seal("town", "2025-Q1")
        office.talk("bo", "2025-Q1")
    return shell


@pytest.fixture(scope="module")
def whole(history: Shell) -> Replay:
    return replay(history)


def test_under_each_event_stands_what_it_changed(whole: Replay) -> None:
    assert whole.heading == "bo (bo)"
    assert whole.under("scored 2025-01") == [
        "2025-01 state — → open",
        "2025-01 points — → 55.00",
        "2025-01 grade — → poor",
    ]
    assert whole.under("reopened") == ["2025-01 state sealed → reopened", "2025-Q1 state sealed → outdated"]
    assert whole.under("score corrected") == [], "while a round is reopened its rows show the last sealed figures"
    assert whole.under("month graded 2025-01 一街道 town 85.00") == [
        "2025-01 points 55.00 → 85.00",
        "2025-01 grade poor → fairly good",
    ]
    graded = whole.under("quarter graded 2025-Q1 town 65.00")
    assert {"2025-Q1 points 55.00 → 65.00", "2025-Q1 grade poor → average"} <= set(graded)
    assert {"2025-Q1 criticism state due → withdrawn", "2025-Q1 reminder talk state — → due"} <= set(graded)
    assert whole.under("talk held") == ["2025-Q1 feedback talk state due → done"]


def test_it_tells_of_events_that_touch_him_in_order_and_of_no_others(whole: Replay) -> None:
    assert list(whole.events) == sorted(whole.events)
    told = [line for line, _ in whole.events.values()]
    assert not any(" 95" in line for line in told)
    assert len([line for line in told if " sealed " in line]) == 6
    assert "  2025-04-20 09:00  " in [line[:20] for line in whole.lines]


def test_the_end_tells_how_it_stands(whole: Replay) -> None:
    assert whole.position == max(whole.events)
    assert "2025-Q1 town sealed 65.00 average 2/2" in whole.standing
    assert "reminder talk 2025-Q1 overdue 2025-05-04" in whole.standing
    assert not any("criticism" in line for line in whole.standing)


@pytest.mark.parametrize("words", ["scored 2025-02", "reopened"])
def test_up_to_a_position_nothing_later_shows(history: Shell, whole: Replay, words: str) -> None:
    at = next(at for at, (told, _) in whole.events.items() if words in told)
    then = replay(history, "--at", str(at))
    assert then.events == whole.until(at)
    assert (then.position, then.date) == (at, whole.events[at][0][:10])
    assert not any(later in line for line in then.lines for later in ("65.00", "2025-05", "average"))


def test_how_it_stood_is_told_for_the_day(history: Shell, whole: Replay) -> None:
    """On the day of the first seal its talk is due; a week later, when all that had come is a reopening, overdue."""
    sealed = next(at for at, (told, _) in whole.events.items() if "sealed 2025-Q1" in told)
    then = replay(history, "--as-of", "2025-04-06T23:59:59+08:00")
    assert (then.position, then.date) == (sealed, "2025-04-06")
    assert "2025-Q1 town sealed 55.00 poor 2/2" in then.standing
    assert [line for line in then.standing if "feedback" in line] == ["feedback talk 2025-Q1 due 2025-04-13"]
    later = replay(history, "--as-of", "2025-04-14T00:00:00+08:00")
    assert "2025-Q1 town outdated 55.00 poor 2/2" in later.standing
    assert [line for line in later.standing if "feedback" in line] == ["feedback talk 2025-Q1 overdue 2025-04-13"]
    assert later.events == whole.until(later.position)


def test_both_languages_tell_the_same(history: Shell, whole: Replay) -> None:
    chinese = replay(history, language="zh")
    assert list(chinese.events) == list(whole.events)
    assert [len(under) for _, under in chinese.events.values()] == [len(under) for _, under in whole.events.values()]
    assert chinese.under("重开") == [
        "2025年1月 状态 已审定封存 → 已重开",
        "2025年第1季度 状态 已审定封存 → 依据已变动",
    ]
    assert len(chinese.standing) == len(whole.standing)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--at", "99999"), 1, "/at: "),
        (("--at", "2", "--as-of", "2025-03-01T00:00:00Z"), 1, "/at: "),
        (("--as-of", "2025-03-01"), 1, "/as_of: "),
        (("--as-of", "2199-01-01T00:00:00Z"), 1, "as-of-too-recent: "),
        (("--as-of", "2020-01-01T00:00:00Z"), 1, "unknown-cadre: "),
    ],
    ids=str,
)
def test_a_moment_that_is_none_or_before_him_is_told_in_a_line(
    history: Shell, options: tuple[str, ...], code: int, said: str
) -> None:
    assert said in history.fails(code, "replay", "bo", *options)
