"""A person signs in at the organisation's provider, in a real browser."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.access.provider import Client, Provider, new_key
from tests.http.serving import Server, granted
from tests.pages.browsing import follow, visiting

CLIENT = "ledger"


def test_a_browser_is_led_to_the_provider_and_back_to_what_it_wanted(tmp_path: Path, browser: Browser) -> None:
    with Provider(new_key("EC", "first")) as provider:
        known = {"issuer": provider.issuer, "subject": "li"}
        granted(tmp_path / "ledger.db", "li", "organiser", identity=known)
        settings = {"LEDGER_OIDC_ISSUER": provider.issuer, "LEDGER_OIDC_CLIENT_ID": CLIENT}
        with Server(tmp_path / "ledger.db", **settings) as server, visiting(browser, server.address) as visitor:
            provider.clients[CLIENT] = Client(f"{server.address}/sign-in/provider/back")
            visitor.open("/groups?year=2025")
            visitor.check("sign-in-provider")
            follow(visitor.page, "main a.button")
            visitor.page.wait_for_url(f"{server.address}/groups?year=2025")
            assert "li" in visitor.page.inner_text(".who")
            follow(visitor.page, ".who button")
            visitor.page.wait_for_url(f"{server.address}/sign-in")
            provider.person = "nobody"
            follow(visitor.page, "main a.button")
            assert visitor.page.locator("[role=alert]").count() == 1
            assert visitor.page.context.cookies() == []
