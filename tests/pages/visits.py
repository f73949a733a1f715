"""Pages without a browser: requests as one sends them, for what a test wants to say itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

PAGE = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def window(address: str) -> httpx.Client:
    """A client that keeps cookies and does not follow redirects, as a window of a browser that asks for pages."""
    return httpx.Client(base_url=address, headers=PAGE, timeout=60)


@contextmanager
def signed_in(address: str, token: str) -> Iterator[httpx.Client]:
    """A window in which the bearer of a token has signed in."""
    with window(address) as client:
        answer = client.post("/sign-in", data={"token": token})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), answer.text
        yield client
