"""The rules, driven as an office works."""

from collections.abc import Iterator

import pytest

from tests.office import Office


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    with Office(address) as office:
        yield office
        office.check_views()
