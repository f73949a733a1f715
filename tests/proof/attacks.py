"""Attacks on the events of a log by who can write where they are kept, and what docs/proof.md says of each.

Each makes other entries of those that are there; their positions are dense again, unless it is about that.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from tests.proof.bundles import CADRES, Line, Log

Attack = Callable[[list[Line], int], list[Line]]
Rows = dict[str, list[str]]
CONTENTS, NOTES, CONSISTENCY, WITNESS, ORDER, CHAINS, SEALS, RECEIPTS = range(1, 9)
DOCUMENT = Path(__file__).parents[2] / "docs" / "proof.md"


def alter_a_payload(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], lines[at].saying('"points":"', '"points":"1'), *lines[at + 1 :]]


def edit_an_actor(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], lines[at].saying('"actor":"organiser"', '"actor":"reviewer"'), *lines[at + 1 :]]


def backdate(lines: list[Line], at: int) -> list[Line]:
    """To before the event before it."""
    return [*lines[:at], replace(lines[at], recorded_at=moved(lines[at - 1], microseconds=-1)), *lines[at + 1 :]]


def backdate_a_little(lines: list[Line], at: int) -> list[Line]:
    """To after the event before it, so that the order holds."""
    made = replace(lines[at], recorded_at=moved(lines[at], seconds=-1))
    assert made.recorded_at > lines[at - 1].recorded_at
    return [*lines[:at], made, *lines[at + 1 :]]


def swap_two(lines: list[Line], at: int) -> list[Line]:
    """The events of two positions, each at the time of the other."""
    first, second = lines[at], lines[at + 1]
    assert first.stream != second.stream
    swapped = replace(second, recorded_at=first.recorded_at), replace(first, recorded_at=second.recorded_at)
    return dense([*lines[:at], *swapped, *lines[at + 2 :]])


def delete_in_the_middle(lines: list[Line], at: int) -> list[Line]:
    return dense([*lines[:at], *lines[at + 1 :]])


def delete_the_tail(lines: list[Line], at: int) -> list[Line]:
    return lines[:at]


def insert(lines: list[Line], at: int) -> list[Line]:
    model = lines[at].saying(lines[at].id, str(UUID(int=at)))
    made = replace(model, version=following(lines, model.stream), recorded_at=moved(lines[at - 1], microseconds=1))
    assert made.recorded_at < lines[at].recorded_at
    return dense([*lines[:at], made, *lines[at:]])


def move_to_another_cadre(lines: list[Line], at: int) -> list[Line]:
    stream = next(f"cadre:{cadre}" for cadre in CADRES if not lines[at].stream.endswith(cadre))
    return [*lines[:at], replace(lines[at], stream=stream, version=following(lines, stream)), *lines[at + 1 :]]


def renumber(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], *(replace(line, index=line.index + 1) for line in lines[at:])]


def edit_a_seal(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], lines[at].saying(lines[at].data["results"], "0" * 64), *lines[at + 1 :]]


def edit_a_graded_result(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], lines[at].saying('"grade":"average"', '"grade":"good"'), *lines[at + 1 :]]


ATTACKS: dict[Attack, str] = {
    alter_a_payload: "scored",
    edit_an_actor: "scored",
    backdate: "scored",
    backdate_a_little: "sealed",
    swap_two: "scored",
    delete_in_the_middle: "scored",
    delete_the_tail: "scored",
    insert: "sealed",
    move_to_another_cadre: "scored",
    renumber: "scored",
    edit_a_seal: "sealed",
    edit_a_graded_result: "month_graded",
}
"""Each with the type of event that it is aimed at; the first after a seal is days later."""


def attacked(log: Log, after: int, attack: Attack) -> tuple[int, list[Line]]:
    """The index of the event some way after a position that is attacked, and the lines after the attack."""
    lines, wanted = log.lines, ATTACKS[attack]
    at = next(i for i in range(after + 3, len(lines)) if lines[i].type == lines[i + 1].type == "scored")
    at = next(i for i in range(at, len(lines)) if lines[i].type == wanted)
    if attack is edit_a_graded_result:
        at = next(i for i in range(at, len(lines)) if b'"grade":"average"' in lines[i].state)
    if attack in (backdate_a_little, insert):
        at += 1
    return at, attack(list(lines), at)


def anew(attack: Attack, lines: list[Line]) -> Log:
    """The lines with every index (but of renumbered ones), version, chain and hash made anew."""
    return Log(lines).rechained(dense=attack is not renumber)


def dense(lines: list[Line]) -> list[Line]:
    return [replace(line, index=index) for index, line in enumerate(lines)]


def following(lines: list[Line], stream: str) -> int:
    """The next version of a stream."""
    return 1 + max(line.version for line in lines if line.stream == stream)


def moved(line: Line, **by: int) -> str:
    return stamp(datetime.fromisoformat(line.recorded_at) + timedelta(**by))


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# What the document says


def table(heading: str) -> Rows:
    """The cells of the table under a heading of the document, by the first of each row."""
    _, found, rest = DOCUMENT.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    assert found, heading
    rows = [line for line in rest.partition("\n#")[0].splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]
    return {first: others for first, *others in cells}


def documented(cell: str, *, live: bool) -> set[int]:
    """The checks of a cell; those with a star are of the live ledger only, with a dagger of a bundle only."""
    return {int(number) for number, mark in re.findall(r"(\d)([*†]?)", cell) if mark != ("†" if live else "*")}


def name_of(attack: Attack) -> str:
    return attack.__name__.replace("_", " ")
