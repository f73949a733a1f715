"""Every page that a principal of the marked story can open: as a page and as data, live and of a past moment."""

import re
from collections.abc import Iterator
from itertools import product

import httpx

from tests.access.marked import AN, BO
from tests.access.reach import NO_ID, PEOPLE
from tests.access.table import PAGES

PLACES = {
    "cadre": PEOPLE,
    "group": ("town", "law", "nowhere"),
    "period": ("2025-01", "2025-03", "2025-12", "2025-Q1", "2025"),
    "year": ("2025",),
    "kind": ("feedback", "criticism"),
    "about": ("2025-Q1",),
    "id": (NO_ID,),
}
QUERIES = {"/compare": f"cadre={AN}&cadre={BO}", "/consultation": f"cadre={AN}"}


def look(browser: httpx.Client, consultation: str | None, head: int) -> list[str]:
    """What all pages and their twins show."""
    opened = f"consultation={consultation}" if consultation is not None else ""
    found = []
    for path, query in _addresses():
        live = "&".join(filter(None, (query, opened)))
        past = "&".join(filter(None, (live, f"at={head}")))
        for address in (f"{path}?{live}", f"{path}.json?{live}", f"{path}?{past}"):
            found.append(_shown(browser.get(address)))
    return found


def _addresses() -> Iterator[tuple[str, str]]:
    """The paths of all pages, and what they are asked besides."""
    for page in PAGES:
        method, _, template = page.partition(" ")
        if method == "GET":
            names = re.findall(r"{(\w+)}", template)
            for values in product(*(PLACES[name] for name in names)):
                yield template.format(**dict(zip(names, values, strict=True))), QUERIES.get(template, "")


def _shown(answer: httpx.Response) -> str:
    """What an answer shows of its own: whom it was asked about it names by number."""
    assert answer.status_code < 500, (answer.url, answer.text)
    asked = [person for person in PEOPLE if person in str(answer.url)]
    text = f"{answer.status_code} {answer.headers.get('Location', '')} {answer.text}"
    for person in asked:
        text = text.replace(person, "–")
    about = next((number for number, person in enumerate(PEOPLE) if f"/{person}" in answer.url.path), "nobody")
    return f"{text}\nasked about {about} "
