"""Nobody else's page makes a browser act here; and ours does, on intranets without encryption too."""

import httpx
import pytest
from playwright.sync_api import Browser

from tests.pages.browsing import sign_in, visiting
from tests.pages.conftest import Site

OWN, OTHER = "http://{host}", "http://elsewhere.test"


@pytest.mark.parametrize(
    ("site_", "origin", "status"),
    [
        ("same-origin", None, 303),
        ("same-origin", OTHER, 303),
        (None, OWN, 303),
        (None, None, 403),
        (None, "null", 403),
        (None, OTHER, 403),
        (None, OWN + "0", 403),
        (None, "https://{host}", 403),
        ("same-site", OWN, 403),
        ("cross-site", OWN, 403),
        ("none", OWN, 403),
    ],
)
def test_a_form_is_taken_from_our_own_pages_only(
    site: Site, site_: str | None, origin: str | None, status: int
) -> None:
    host = site.address.removeprefix("http://")
    said = {"Sec-Fetch-Site": site_, "Origin": origin.format(host=host) if origin is not None else None}
    headers = {name: value for name, value in said.items() if value is not None}
    with httpx.Client(base_url=site.address, headers={"Accept": "text/html", **headers}) as client:
        answer = client.post("/sign-in", data={"token": site.tokens["organiser"]})
    assert answer.status_code == status
    assert ("ledger_session" in answer.headers.get("Set-Cookie", "")) == (status == 303)


def test_a_browser_signs_in_where_it_does_not_say_whose_page_it_is(site: Site, browser: Browser) -> None:
    """By a name without encryption it sends no Sec-Fetch-Site, and an origin only if the page lets it."""
    address = site.address.replace("127.0.0.1", "intranet.test")
    with visiting(browser, address) as visitor:
        asked = []
        visitor.page.on("request", lambda request: asked.append(request.all_headers()))
        sign_in(visitor, site.tokens["organiser"])
        posted = [headers for headers in asked if headers.get("content-type")]
        assert [headers.get("origin") for headers in posted] == [address]
        assert not any("sec-fetch-site" in headers for headers in posted)
