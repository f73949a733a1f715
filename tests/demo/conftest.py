"""The sample story, played once for all tests of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from tests.demo.sample import END, Sample, played


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    path, tokens = played(tmp_path_factory)
    now = datetime.fromisoformat(END).astimezone(UTC)
    with Ledger(path, clock=lambda: now) as ledger:
        organiser = Caller("test", token=tokens["organiser"])
        yield Sample(path, ledger, tokens, organiser, list(ledger.feed.ledger(organiser)))
