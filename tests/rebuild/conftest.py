"""The ledger of ``tests.rebuild.office``, played once for each database and copied for each test."""

from contextlib import closing

import pytest

from ledger.recording.copying import copy
from ledger.recording.opening import open_database
from tests.backends import NewAddress
from tests.rebuild.office import Told, tell


@pytest.fixture(scope="package")
def played(new_address: NewAddress) -> Told:
    return tell(new_address())


@pytest.fixture
def told(played: Told, address: str) -> Told:
    """A ledger of the test's own."""
    with closing(open_database(played.address)) as source, closing(open_database(address)) as target:
        copy(source, target, lambda done, of: None)
    return Told(address, played.tokens)
