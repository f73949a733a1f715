"""Rows that were broken behind the ledger's back are found and named, and nothing but a rebuild mends them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.projections.views import VIEWS
from ledger.recording.database import view_table
from tests.backends import raw
from tests.cli.running import Shell
from tests.http.serving import Server
from tests.rebuild.office import MONTH, YEAR, Later, Told
from tests.rebuild.views import check_live, differences, live, rebuilt, rows_of

FIRST = "key = (SELECT min(key) FROM {table})"
BREAKS = {
    "body": ("UPDATE {table} SET body = replace(body, '\":', '\": ') WHERE " + FIRST, "differs"),
    "group": ("UPDATE {table} SET grp = 'ghost' WHERE " + FIRST, "differs"),
    "points": ("UPDATE {table} SET points = coalesce(points, 0) + 1 WHERE " + FIRST, "differs"),
    "waits": ("UPDATE {table} SET waits = 1 - waits WHERE " + FIRST, "differs"),
    "period": ("UPDATE {table} SET period = '1999-01' WHERE " + FIRST, "differs"),
    "deleted": ("DELETE FROM {table} WHERE " + FIRST, "missing"),
    "of a known cadre": ("INSERT INTO {table} (key, cadre, body) VALUES ('ghost', 'an', '{{}}')", "unfounded"),
    "of an unknown cadre": ("INSERT INTO {table} (key, cadre, body) VALUES ('ghost', 'ghost', '{{}}')", "unfounded"),
    "of nobody": ("INSERT INTO {table} (key, body) VALUES ('ghost', '{{}}')", "unfounded"),
}
"""What is done to a row of each view, and how that is told."""
Found = tuple[str, str, str]


def break_rows(address: str, statement: str, what: str) -> list[Found]:
    """Do this to each of the live views; what is to be found then."""
    broken = []
    for view, rows in rows_of(address).items():
        with raw(address) as connection:
            connection.execute(statement.format(table=view_table(view, live(address))))
        broken.append((view, "ghost" if what == "unfounded" else rows[0][0], what))
    return sorted(broken)


@pytest.mark.parametrize("breaking", BREAKS)
def test_a_broken_row_of_each_view_is_found_and_mended_by_a_rebuild_alone(told: Told, breaking: str) -> None:
    before = rows_of(told.address)
    broken = break_rows(told.address, *BREAKS[breaking])
    assert [view for view, _, _ in broken] == sorted(VIEWS)
    assert differences(told.address) == broken
    assert differences(told.address) == broken
    rebuilt(told.address)
    assert (rows_of(told.address), differences(told.address)) == (before, [])


def test_rows_of_a_made_anew_generation_are_compared_too(told: Told) -> None:
    rebuilt(told.address)
    broken = break_rows(told.address, *BREAKS["body"])
    assert differences(told.address) == broken


def test_a_row_given_to_another_cadre_is_found(told: Told) -> None:
    """It is missing where it was, and unfounded where it is."""
    with raw(told.address) as connection:
        connection.execute("UPDATE monthly SET cadre = 'xu' WHERE key = 'an/2024-01'")
    assert differences(told.address) == [("monthly", "an/2024-01", what) for what in ("missing", "unfounded")]


def use_office(told: Told) -> None:
    """Read what is broken, and append about somebody whose rows are not."""
    with Later(told) as office:
        office.standings("town", YEAR)
        office.record("an")
        office.observe("v23", MONTH, "0.01")
        office.talk("v23", MONTH)
        office.register("new", "village", "2025-02")


def use_server(told: Told) -> None:
    with Server(told.address) as server, server.client(told.tokens["organiser"]) as client:
        for path in ("cadres/an/record", f"groups/town/periods/{YEAR}", "duties", "cadres"):
            assert client.get(f"/v1/{path}").status_code == 200
        talk = {"type": "talk_held", "period": MONTH, "purpose": "feedback", "held_on": "2025-02-01", "summary": "谈"}
        assert client.post("/v1/cadres/v22/events", json=talk).status_code == 201


@pytest.mark.parametrize("use", [use_office, use_server])
def test_nothing_else_mends_them(told: Told, tmp_path: Path, use: Callable[[Told], None]) -> None:
    statement = BREAKS["group"][0]
    broken = break_rows(told.address, statement, "differs")
    use(told)
    checked = Shell(tmp_path)("rebuild", "--check", "--workers", "1", "--database", told.address)
    assert (checked.code, checked.err) == (1, "")
    *lines, told_last = checked.out.splitlines()
    assert sorted(lines) == [f"{view} {key}: {what}" for view, key, what in broken]
    assert told_last == f"{len(VIEWS)} rows differ from what the events make of them"
    assert differences(told.address) == broken
    rebuilt(told.address)
    check_live(told.address)
