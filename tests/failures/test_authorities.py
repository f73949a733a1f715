"""Several authorities behind one proxy, each a schema and a server under its own path: every link leads back to it."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin

import httpx

from tests.cli.running import Shell
from tests.http.serving import Server, granted

CADRE = {"cadre": "an", "name": "an", "unit": "一街道", "post": "主任", "group": "town", "since": "2025-01"}


class Proxy(BaseHTTPRequestHandler):
    """Passes ``/authority/…`` on to the authority's server as ``/…``."""

    protocol_version = "HTTP/1.1"
    behind: dict[str, str]

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        _, authority, path = self.path.split("/", 2)
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = httpx.request(
            self.command, f"{self.behind[authority]}/{path}", headers=dict(self.headers.items()), content=content
        )
        self.send_response(answer.status_code)
        for name in ("Content-Type", "Location", "Set-Cookie"):
            for value in answer.headers.get_list(name):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def proxied(behind: dict[str, str]) -> Iterator[str]:
    """The address of a proxy in front of these servers."""
    handler = type("Behind", (Proxy,), {"behind": behind})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{proxy.server_port}"
        proxy.shutdown()
        thread.join()


def test_every_link_leads_back_to_the_authority_it_came_from(postgres: str) -> None:
    joint = "&" if "?" in postgres else "?"
    databases = {f"d50010{number}": f"{postgres}{joint}schema=d50010{number}" for number in (1, 2)}
    tokens = {authority: granted(database, authority, "organiser") for authority, database in databases.items()}
    with ExitStack() as stack:
        servers = {
            authority: stack.enter_context(Server(database, LEDGER_ROOT_PATH=f"/{authority}"))
            for authority, database in databases.items()
        }
        proxy = stack.enter_context(proxied({authority: server.address for authority, server in servers.items()}))
        for authority, token in tokens.items():
            _follow(f"{proxy}/{authority}", token, CADRE | {"name": authority})
        one, two = tokens
        assert httpx.get(f"{proxy}/{one}/v1/me", headers=_as(tokens[two])).status_code == 401


def _as(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _follow(base: str, token: str, cadre: dict[str, str]) -> None:
    with httpx.Client(headers=_as(token)) as client:
        registered = client.post(f"{base}/v1/cadres", json=cadre)
        assert registered.status_code == 201, registered.text
        location = urljoin(str(registered.url), registered.headers["Location"])
        assert location.startswith(f"{base}/v1/events/")
        event = client.get(location).json()
        assert (event["id"], event["data"]["name"]) == (registered.json()["id"], cadre["name"])
        docs = client.get(f"{base}/docs")
        assert "href='openapi.json'" in docs.text
        document = client.get(urljoin(str(docs.url), "openapi.json")).json()
        assert document["servers"] == [{"url": httpx.URL(base).path}]
        assert "/v1/me" in document["paths"]
        assert client.get(f"{base}/v1/me").json()["principal"] == httpx.URL(base).path.removeprefix("/")


def test_a_path_that_is_none_is_refused(tmp_path: Path) -> None:
    told = Shell(tmp_path).fails(2, "serve", "--port", "0", "--root-path", "/d500101/")
    assert told == "these settings are not valid: LEDGER_ROOT_PATH"
