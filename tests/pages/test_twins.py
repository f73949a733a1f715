"""A page and its twin tell the same: templates are given the twin's data and nothing else of the ledger."""

import re
from html import unescape
from pathlib import Path

import pytest
from fastapi import Request
from jinja2 import StrictUndefined
from jinja2.defaults import DEFAULT_NAMESPACE

from api.pages import rendering
from api.pages.rendering import Shown
from tests.pages.conftest import Site
from tests.pages.table import CASES, Case
from tests.pages.visits import signed_in

TOLD = {
    "persons": re.compile(r"\b\d{6}-\d{4}\b"),
    "points": re.compile(r"(?<![\d.])-?\d+\.\d\d(?![\d.])"),
}
"""What of a page can be recognised wherever it stands."""
CODED = ("scheme", "adoption", "access")
"""Where codes are chosen or given."""


@pytest.fixture(scope="module")
def codes(site: Site) -> set[str]:
    """The codes of indicators and rater classes that the sample uses."""
    found = {"leader", "peer", "public"}
    with site.server.client(site.tokens["organiser"]) as client:
        for group in client.get("/v1/groups").json()["items"]:
            scheme = client.get(f"/v1/groups/{group['group']}/schemes/2025").json()["scheme"]
            found |= {indicator["code"] for indicator in scheme["indicators"] + scheme["annual"]["indicators"]}
    assert len(found) > 10
    return found


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in CODED], ids=lambda case: case.name)
def test_names_stand_where_codes_are_meant(site: Site, codes: set[str], case: Case) -> None:
    with signed_in(site.address, site.tokens[case.role]) as client:
        page = client.get(case.path)
    assert page.status_code == 200
    assert codes & set(re.findall(r"[a-z_]+", _text(page.text))) == set()


def test_what_templates_know_besides_the_data_is_no_ledgers() -> None:
    """Words and addresses, made of a request that no application has yet seen; anything else is undefined and fails."""
    scope = {"type": "http", "path": "/", "query_string": b"", "headers": [], "server": ("127.0.0.1", 80)}
    assert Shown(Request(scope))._frame()["me"] is None
    assert {*rendering._templates.globals} - {*DEFAULT_NAMESPACE} == {"charts", "static", "new_id"}
    assert rendering._templates.undefined is StrictUndefined


def test_templates_are_filled_in_one_place() -> None:
    sources = {path.name: path.read_text() for path in Path(rendering.__file__).parent.glob("*.py")}
    assert {name: text.count(".render(") for name, text in sources.items() if ".render(" in text} == {"rendering.py": 1}
    assert ".render(data=data, **self._frame())" in sources["rendering.py"]
    assert "JSONResponse(data, " in sources["rendering.py"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_page_tells_of_a_person_or_of_points_that_its_twin_has_not(site: Site, case: Case) -> None:
    path, _, query = case.path.partition("?")
    with signed_in(site.address, site.tokens[case.role]) as client:
        page, twin = client.get(case.path), client.get(f"{path}.json?{query}")
    assert (page.status_code, twin.status_code) == (200, 200)
    assert twin.headers["content-type"] == "application/json"
    assert isinstance(twin.json(), dict)
    for kind, pattern in TOLD.items():
        assert set(pattern.findall(_text(page.text))) - set(pattern.findall(twin.text)) == set(), kind


def _text(page: str) -> str:
    """What a page says, without its header."""
    return re.sub(r"<[^>]*>", " ", unescape(page.partition("<main")[2]))
