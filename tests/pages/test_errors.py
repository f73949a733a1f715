"""What goes wrong before or past all routes is told to browsers as a page, and to others as a problem document."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.headers import HEADERS
from ledger.settings import Settings
from tests.http.serving import Server, granted

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
DOCUMENT = {"Accept": "*/*"}


def check(answer: httpx.Response, status: int, code: str, asked: dict[str, str]) -> None:
    """The same refusal in both forms, with the headers of every answer."""
    assert answer.status_code == status
    assert set(HEADERS) - {name for name in HEADERS if name in answer.headers} == set()
    if asked is PAGE:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.text.count("<h1>") == 1
        assert f'href="/problems/{code}"' in answer.text
    else:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert (answer.json()["status"], answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("asked", [PAGE, DOCUMENT], ids=["page", "document"])
def test_whoever_asks_too_often_is_told_when_to_come_back(tmp_path: Path, asked: dict[str, str]) -> None:
    granted(tmp_path / "ledger.db", "li", "organiser")
    with Server(tmp_path / "ledger.db", LEDGER_RATE="0.01") as server:
        answer = httpx.get(f"{server.address}/sign-in", headers=asked)
    check(answer, 429, "too-many-requests", asked)
    assert int(answer.headers["Retry-After"]) > 1


@pytest.mark.parametrize("asked", [PAGE, DOCUMENT], ids=["page", "document"])
def test_a_host_that_is_not_ours_and_a_path_that_is_none(tmp_path: Path, asked: dict[str, str]) -> None:
    granted(tmp_path / "ledger.db", "li", "organiser")
    with Server(tmp_path / "ledger.db", LEDGER_HOSTS="127.0.0.1") as server:
        check(httpx.get(f"{server.address}/", headers={**asked, "Host": "elsewhere.test"}), 400, "malformed", asked)
        check(httpx.get(f"{server.address}/nothing", headers=asked), 404, "not-found", asked)
        check(httpx.delete(f"{server.address}/sign-in", headers=asked), 405, "method-not-allowed", asked)
        for path in ("/v1/nothing", "/nothing.json"):
            check(httpx.get(server.address + path, headers=asked), 404, "not-found", DOCUMENT)


@pytest.mark.parametrize("asked", [PAGE, DOCUMENT], ids=["page", "document"])
def test_a_fault_of_our_own_tells_nothing_of_itself(asked: dict[str, str]) -> None:
    app = create_app(Settings())

    @app.get("/faulty")
    def faulty() -> None:
        raise RuntimeError("mk_secret_km")

    with ThreadPoolExecutor(1) as pool:  # this thread may have a loop already: the browser's
        answer = pool.submit(asyncio.run, ask(app, "/faulty", asked)).result()
    check(answer, 500, "internal", asked)
    assert "mk_secret_km" not in answer.text


async def ask(app: FastAPI, path: str, headers: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://ledger.test") as client:
        return await client.get(path, headers=headers)
