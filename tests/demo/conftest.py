"""The sample story, played once for all tests of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ledger import periods
from ledger.demo import play
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from tests.demo.sample import END, Sample


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    path = tmp_path_factory.mktemp("demo") / "sample.db"
    months: list[str] = []
    tokens = play(path, months.append)
    assert months == periods.months_between("2024-01", "2025-12")
    now = datetime.fromisoformat(END).astimezone(UTC)
    with Ledger(path, clock=lambda: now) as ledger:
        organiser = Caller("test", token=tokens["organiser"])
        yield Sample(path, ledger, tokens, organiser, list(ledger.feed.ledger(organiser)))
