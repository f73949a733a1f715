"""The rules, driven as an office works."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path / "ledger.db") as office:
        yield office
        office.check_views()
