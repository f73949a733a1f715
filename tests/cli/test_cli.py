"""The command line as people run it: what it answers, how it ends, and what it never prints."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import typer

from ledger.aggregates.scheme import Scheme
from ledger.cli import app
from ledger.service.credentials import Caller
from ledger.service.inputs import validate
from ledger.service.ledger import Ledger
from tests.cli.running import Shell
from tests.http.serving import ndjson
from tests.office import scheme

TOKEN = re.compile(r"lk_[0-9a-f]{12}_[0-9a-f]{64}")
Told = tuple[Shell, dict[str, str]]


def commands(group: Any, *names: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its words, groups included."""
    yield names, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *names, name)


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_every_option(ledger: Shell, words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    assert command.help
    undocumented = [parameter.name for parameter in command.params if not getattr(parameter, "help", None)]
    assert undocumented == []
    ran = ledger(*words, "--help")
    assert (ran.code, ran.err) == (0, "")
    for parameter in command.params:
        for option in parameter.opts if parameter.param_type_name == "option" else ():
            assert option in ran.out
    assert not ledger.database.exists()


def test_a_ledger_is_founded_once(ledger: Shell) -> None:
    ran = ledger("create", "--origin", "example.org/考核", "--time-zone", "Asia/Urumqi", "--name", "台账")
    assert (ran.code, ran.out, ran.err) == (0, "founded example.org/考核 at position 1\n", "")
    assert ledger.fails(1, "create").startswith("already-founded: ")
    (founded,) = (json.loads(line) for line in ledger("export").out.splitlines())
    assert founded["data"] == {"origin": "example.org/考核", "name": "台账", "time_zone": "Asia/Urumqi"}
    assert founded["actor"].startswith("local:")


@pytest.mark.parametrize(
    "options", [("--time-zone", "Mars/Olympus"), ("--origin", "a b"), ("--origin", "a+b"), ("--name", " ")]
)
def test_a_ledger_is_not_founded_on_nonsense(ledger: Shell, options: tuple[str, str]) -> None:
    line = ledger.fails(1, "create", *options)
    assert line.startswith("invalid: ")
    assert f"/{options[0].removeprefix('--').replace('-', '_')}: " in line
    assert options[1].strip() == "" or options[1] not in line


def test_the_database_is_an_option_or_a_variable(ledger: Shell) -> None:
    assert ledger("create", "--database", "sqlite:///one.db").code == 0
    assert ledger("create", LEDGER_DATABASE=f"sqlite:///{ledger.directory}/two.db").code == 0
    assert ledger("create", "--database", "sqlite:///three.db", LEDGER_DATABASE="sqlite:///one.db").code == 0
    assert {path.name for path in ledger.directory.glob("*.db")} == {"one.db", "two.db", "three.db"}


def test_what_cannot_be_opened_ends_with_2(ledger: Shell) -> None:
    (ledger.directory / "text.db").write_text("this is no database, only a text of some length\n" * 100)
    for address in (
        "x",
        "sqlite:///",
        "sqlite://:memory:",
        "mysql://h/d",
        "sqlite:////nowhere/at/all.db",
        "sqlite:///text.db",
    ):
        assert ledger.fails(2, "export", "--database", address).startswith("unavailable: ")
    assert ledger.fails(2, "export", LEDGER_MAX_BULK="many")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",), ("create", "--nonsense"), ("replay",), ("access", "grant", "li"), ("serve", "--port", "99999"),
        ("replay", "an", "--language", "fr"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_usage_errors_end_with_2_and_one_plain_line(ledger: Shell, arguments: tuple[str, ...]) -> None:
    assert ledger.fails(2, *arguments)
    assert not ledger.database.exists()


def test_a_granted_token_is_alone_on_the_last_line_and_nowhere_else(ledger: Shell) -> None:
    ran = ledger(
        "access",
        "grant",
        "li",
        "--role",
        "reviewer",
        "--group",
        "town",
        "--group",
        "law",
        "--indicator",
        "work",
        "--expires",
        "2099-12-31",
    )
    assert ran.code == 0
    assert TOKEN.fullmatch(ran.token)
    assert ran.token not in ran.err
    ledger.grant("wang", "--role", "clerk", "--unit", "一街道")
    listed = ledger("access", "list")
    assert listed.out.splitlines() == [
        "li\treviewer\tgroups=town,law\tindicators=work\texpires=2099-12-31",
        "wang\tclerk\tunits=一街道",
    ]
    exported = ledger("export").out
    assert ran.token not in listed.out + exported
    assert ran.token.split("_")[2] not in exported


def test_a_revoked_token_and_one_granted_anew_end_at_once(ledger: Shell) -> None:
    first, second = (ledger.grant("li", "--role", "organiser") for _ in range(2))
    assert ledger.fails(2, "export", token=first).startswith("unauthenticated: ")
    assert ledger("export", token=second).code == 0
    ran = ledger("access", "revoke", "li", "--reason", "调离")
    assert (ran.code, ran.out, ran.err) == (0, "revoked li\n", "")
    assert ledger.fails(2, "export", token=second).startswith("unauthenticated: ")
    assert ledger.fails(1, "access", "revoke", "li").startswith("not-found: ")
    assert ledger("access", "list").out == ""
    last = json.loads(ledger("export").out.splitlines()[-1])
    assert (last["type"], last["data"]) == ("revoked", {"reason": "调离"})


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        (("li", "--role", "boss"), "/role"),
        (("li", "--role", "clerk"), "/units"),
        (("li", "--role", "cadre"), "/cadre"),
        (("l i", "--role", "organiser"), "/name"),
        (("li", "--role", "organiser", "--group", "Town"), "/groups/0"),
        (("li", "--role", "organiser", "--expires", "soon"), "/expires"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(ledger: Shell, options: tuple[str, ...], pointer: str) -> None:
    line = ledger.fails(1, "access", "grant", *options)
    assert line.startswith("invalid: ")
    assert f" {pointer}: " in line


def test_granting_is_for_admins_where_a_token_is_set(ledger: Shell) -> None:
    admin, organiser = (ledger.grant(role, "--role", role) for role in ("admin", "organiser"))
    assert ledger.fails(1, "access", "grant", "li", "--role", "auditor", token=organiser).startswith("forbidden: ")
    assert ledger.fails(1, "access", "list", token=organiser).startswith("forbidden: ")
    ran = ledger("access", "grant", "li", "--role", "auditor", token=admin)
    assert TOKEN.fullmatch(ran.token)
    granted = json.loads(ledger("export").out.splitlines()[-1])
    assert (granted["stream"], granted["actor"]) == ("access:li", "admin")
    assert ledger.fails(1, "export", token=admin).startswith("forbidden: ")


def founded(shell: Shell) -> str:
    """Found a ledger with a scheme for ``town``; the organiser's token."""
    token = shell.grant("organiser", "--role", "organiser")
    adopted = validate(Scheme, scheme())
    with Ledger(shell.database) as ledger:
        ledger.rounds.adopt(Caller("test", token=token), "town", "2025", adopted).result()
        ledger.rounds.adopt(Caller("test", token=token), "law", "2025", adopted).result()
    return token


REGISTERED = {"type": "registered", "name": "安", "unit": "一街道", "post": "主任", "group": "town", "since": "2025-01"}
SCORED = {"cadre": "an", "type": "scored", "period": "2025-01", "indicator": "work", "points": "90"}


def position(shell: Shell) -> int:
    return len(shell("export").out.splitlines())


def test_an_import_tells_every_line_that_was_refused(ledger: Shell) -> None:
    token = founded(ledger)
    events: list[dict[str, Any]] = [
        {"cadre": "an", **REGISTERED},
        SCORED,
        {**SCORED, "points": "Zq7marker"},
        {**SCORED, "cadre": "bo"},
        SCORED,
    ]
    (ledger.directory / "events.jsonl").write_bytes(ndjson(events) + b"{broken\n\n\xff\n" + b"x" * 70_000 + b"\n")
    tried = ledger("import", "events.jsonl", "--dry-run", token=token)
    before = position(ledger)
    ran = ledger("import", "events.jsonl", token=token)
    assert (tried.code, tried.out) == (ran.code, ran.out) == (1, "2 recorded, 0 duplicates, 6 rejected\n")
    told_of = [[line.split(": ")[:2] for line in each.err.splitlines()] for each in (tried, ran)]
    assert told_of[0] == told_of[1]
    assert told_of[1] == [
        ["line 3", "invalid"],
        ["line 4", "unknown-cadre"],
        ["line 5", "already-scored"],
        ["line 6", "malformed"],
        ["line 8", "malformed"],
        ["line 9", "too-large"],
    ]
    assert "Zq7marker" not in ran.err
    assert position(ledger) == before + 2


def test_an_import_may_be_repeated_and_come_from_standard_input(ledger: Shell) -> None:
    token = founded(ledger)
    lines = ndjson([{"id": str(uuid4()), "cadre": "an", **REGISTERED}, {**SCORED, "id": str(uuid4())}])
    first = ledger("import", "-", token=token, stdin=lines)
    assert (first.code, first.out, first.err) == (0, "2 recorded, 0 duplicates, 0 rejected\n", "")
    before = position(ledger)
    again = ledger("import", "-", token=token, stdin=lines)
    assert (again.code, again.out, again.err) == (0, "0 recorded, 2 duplicates, 0 rejected\n", "")
    assert position(ledger) == before


def test_an_import_needs_a_token_that_holds_and_a_file(ledger: Shell) -> None:
    (ledger.directory / "events.jsonl").write_bytes(b"")
    assert ledger.fails(2, "import", "events.jsonl").startswith("unauthenticated: ")
    token = ledger.grant("organiser", "--role", "organiser")
    assert ledger.fails(2, "import", "events.jsonl", token=token[:-1] + "x").startswith("unauthenticated: ")
    assert "missing.jsonl" in ledger.fails(2, "import", "missing.jsonl", token=token)
    assert ledger.fails(2, "import", ".", token=token)
    assert ledger("import", "events.jsonl", token=token).out == "0 recorded, 0 duplicates, 0 rejected\n"


def of_people(exported: str) -> list[dict[str, Any]]:
    """The events of an export that people appended to cadres' streams, as an import takes them."""
    events = [json.loads(line) for line in exported.splitlines()]
    return [
        {"cadre": event["stream"].removeprefix("cadre:"), "type": event["type"], "id": event["id"], **event["data"]}
        for event in events
        if event["stream"].startswith("cadre:") and not event["type"].endswith("_graded")
    ]


FACTS = (
    "registered",
    "submitted",
    "reviewed",
    "scored",
    "observed",
    "excused",
    "annulled",
    "talk_held",
    "criticised",
    "admonished",
    "posted",
)


def test_what_was_exported_imports_into_another_ledger_and_exports_the_same(told: Told, ledger: Shell) -> None:
    exported = told[0]("export")
    assert (exported.code, exported.err) == (0, "")
    everything = [json.loads(line) for line in exported.out.splitlines()]
    assert [event["position"] for event in everything] == list(range(1, len(everything) + 1))
    given = [event for event in of_people(exported.out) if event["type"] in FACTS]
    token = founded(ledger)
    lines = ndjson(given)
    ran = ledger("import", "-", token=token, stdin=lines)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{len(given)} recorded, 0 duplicates, 0 rejected\n"
    assert of_people(ledger("export").out) == given
    again = ledger("import", "-", token=token, stdin=lines)
    assert again.out == f"0 recorded, {len(given)} duplicates, 0 rejected\n"


def test_an_export_shows_what_the_token_may_see(told: Told) -> None:
    shell, tokens = told
    whole = shell("export", token=tokens["auditor"])
    assert (whole.code, whole.out) == (0, shell("export").out)
    limited = shell("export", token=tokens["town_organiser"]).out
    assert {"cadre:wang", "scheme:law:2025"}.isdisjoint(json.loads(line)["stream"] for line in limited.splitlines())
    assert shell.fails(1, "export", token=tokens["clerk"]).startswith("forbidden: ")
    assert shell.fails(2, "export", token=tokens["expired"]).startswith("unauthenticated: ")


def test_a_history_is_told_in_both_languages(told: Told) -> None:
    shell, tokens = told
    chinese, english = (shell("replay", "ding", "--language", language) for language in ("zh", "en"))
    assert (chinese.code, chinese.err, english.code, english.err) == (0, "", 0, "")
    assert chinese.out.startswith("ding (ding)\n")
    assert "登记入册" in chinese.out
    assert "registered" in english.out
    assert len(chinese.out.splitlines()) == len(english.out.splitlines())
    types = [event["type"] for event in of_people(shell("export").out) if event["cadre"] == "ding"]
    assert len(english.out.splitlines()) > len(types)
    assert shell("replay", "ding", token=tokens["organiser"]).out == chinese.out


@pytest.mark.parametrize(
    ("principal", "cadre", "code"),
    [
        ("organiser", "nobody", "unknown-cadre"),
        ("town_organiser", "wang", "unknown-cadre"),
        ("clerk", "an", "forbidden"),
        ("auditor", "an", "consultation-required"),
    ],
)
def test_a_history_out_of_reach_is_not_told(told: Told, principal: str, cadre: str, code: str) -> None:
    shell, tokens = told
    assert shell.fails(1, "replay", cadre, token=tokens[principal]).startswith(f"{code}: ")


def test_serving_where_it_cannot_be_served_ends_with_2(ledger: Shell) -> None:
    assert ledger.fails(2, "serve", "--host", "192.0.2.1", "--port", "0")
