"""Marked texts in every field: each reader finds the marks it may see and none of the others, wherever it looks."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import httpx
import pytest

from ledger.service.credentials import Caller, key_hash
from ledger.service.ledger import Ledger
from ledger.texts import LANGUAGES
from ledger.texts.labels import label
from tests.access.audiences import expected, known
from tests.access.conftest import Marked
from tests.access.looking import look
from tests.access.marked import AN, BO, MARK, TOLD, WANG, mark
from tests.access.reach import PEOPLE, reach
from tests.backends import raw, sqlite_only
from tests.office import refused
from tests.pages.visits import signed_in, window

pytestmark = sqlite_only
READERS = (
    "organiser", "town", "law", "kin", "reviewer", "clerk", "supervisor", "cadre", "committee", "committee_opened",
    "auditor", "auditor_opened", "inspector", "admin", "nobody",
)  # fmt: skip
GONE = (WANG, "nobody")
TOLD_WORDS = (TOLD, *(label("reason", TOLD, language) for language in LANGUAGES))
OPTIONS = re.compile(r"<option.*?</option>")
"""What may be chosen in a form is no news of anybody."""
Told = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def told(marked: Marked) -> Iterator[Told]:
    """All that a reader is told; asked once."""
    head = marked.desk.position
    with marked.desk.server.client(None) as nobody:

        @cache
        def texts(reader: str) -> list[str]:
            principal, _, opened = reader.partition("_")
            client = nobody if principal == "nobody" else marked.desk[principal]
            consultation = marked.opened[principal] if opened else None
            with looking(marked, principal) as browser:
                return reach(client, consultation, head) + look(browser, consultation, head)

        yield texts


@contextmanager
def looking(marked: Marked, principal: str) -> Iterator[httpx.Client]:
    """A window in which a principal is signed in."""
    address = marked.desk.server.address
    with window(address) if principal == "nobody" else signed_in(address, marked.tokens[principal]) as browser:
        yield browser


def marks(texts: list[str]) -> set[str]:
    whole = OPTIONS.sub("", "\n".join(texts))
    return {*MARK.findall(whole), *([TOLD] if any(word in whole for word in TOLD_WORDS) else [])}


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_finds_what_it_may_see_and_nothing_else(told: Told, reader: str) -> None:
    found = marks(told(reader))
    assert sorted(found - expected(reader)) == []
    assert sorted(expected(reader) - found) == []


def test_the_table_knows_every_mark_of_the_ledger(marked: Marked) -> None:
    with raw(marked.database) as connection:
        stored = [str(tuple(row)) for row in connection.execute("SELECT * FROM events")]
    assert set(MARK.findall("\n".join(stored))) == known()


@pytest.mark.parametrize("reader", READERS)
def test_nobody_reads_a_token_a_hash_of_one_or_the_salt_of_a_leaf(told: Told, marked: Marked, reader: str) -> None:
    texts = "\n".join(told(reader))
    for token in filter(None, marked.tokens.values()):
        secret = token.rpartition("_")[2]
        assert secret not in texts
        assert key_hash(token) not in texts
    assert "key_hash" not in texts
    with raw(marked.database) as connection:
        salts = [json.loads(row[0])["salt"] for row in connection.execute("SELECT state FROM events")]
    assert len(set(salts)) == len(salts) > 100
    assert not any(salt in texts for salt in salts)


@pytest.mark.parametrize("reader", ["town", "reviewer", "clerk", "supervisor", "cadre", "committee", "auditor"])
def test_who_is_out_of_scope_is_like_who_does_not_exist(told: Told, reader: str) -> None:
    """Every answer about him is the answer about nobody, refusals of what is sent included."""
    texts = [re.sub(r"'date': '[^']*'", "", text) for text in told(reader)]
    far, none = ([text for text in texts if f"asked about {number} " in text] for number in map(PEOPLE.index, GONE))
    assert len(far) == len(none) > 20
    assert [text.replace("about 2 ", "about 3 ") for text in far] == none


def test_an_excuse_not_told_is_like_one_for_another_reason(marked: Marked) -> None:
    """March is under investigation, June is excused for some other reason: with notes both, and none is shown."""
    for reader in ("reviewer", "supervisor", "cadre"):
        client = marked.desk[reader]
        march, june = (client.get(f"/v1/cadres/{AN}/periods/2025-{month}").json() for month in ("03", "06"))
        assert march["excused"] == "other"
        assert _alike(march) == _alike(june)
        events = client.get(f"/v1/cadres/{AN}/events?type=excused").json()["items"]
        excused = {event["data"].pop("period"): event["data"] for event in events}
        assert excused["2025-03"] == excused["2025-06"] == {"reason": "other"}


def _alike(row: dict[str, object]) -> str:
    """A month without what is its own: its name, ids, places and times."""
    text = json.dumps(row, ensure_ascii=False, sort_keys=True)
    own = r"2025-\d\d|2025年\d+月|2026-\d\d-\d\dT[^\"]*|-\d\dT[^\"]*|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=position\": )\d+"
    return re.sub(own, "…", text)


def test_the_cadre_sees_a_class_mean_only_from_three_raters_on(marked: Marked) -> None:
    found = {}
    for reader in ("supervisor", "cadre"):
        whole = marked.desk[reader].get(f"/v1/cadres/{AN}/periods/2025-01").text
        found[reader] = [points for points in ("31.19", "37.23") if points in whole]
    assert found == {"supervisor": ["31.19", "37.23"], "cadre": ["31.19"]}


def test_nobody_reads_in_a_colleagues_consultation_that_he_was_consulted_too(marked: Marked) -> None:
    events = [json.loads(line) for line in marked.desk["kin"].get("/v1/events").text.splitlines()]
    consulted = [event for event in events if event["type"] == "consulted"]
    assert [event["data"]["cadres"] for event in consulted] == [[BO], [WANG]]
    assert {event["stream"] for event in consulted} == {f"consultations:{BO}", f"consultations:{WANG}"}


def test_what_the_command_line_replays_is_as_little(marked: Marked) -> None:
    """``ledger replay`` tells its chronicle to whoever's token it runs with."""
    with Ledger(marked.database) as ledger:
        for reader in ("town", "reviewer", "supervisor", "cadre", "clerk"):
            caller = Caller("replay", token=marked.tokens[reader])
            if reader == "clerk":
                with refused("forbidden"):
                    list(ledger.changes.chronicle(caller, AN))
                continue
            steps = [str(told) for told, _ in ledger.changes.chronicle(caller, AN)]
            assert marks(steps) <= expected(reader), reader
            assert mark("title") in marks(steps)


def test_the_log_and_the_metrics_hold_no_path_cadre_name_or_text(told: Told, marked: Marked) -> None:
    """Names of principals and the ids that clients give their requests are for whoever runs the server."""
    for reader in READERS:
        told(reader)
    log = marked.log.read_text()
    assert log.count("\n") > 1000
    assert marks([log]) == {mark("who_consulted"), mark("request_consulted")}
    assert marks([marked.desk.organiser.get("/metrics").text]) == set()
    assert not any(token in log for token in marked.tokens.values() if token)
