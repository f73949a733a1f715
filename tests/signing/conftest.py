"""A new ledger with a folder for its keys, its signer's memory and its policy."""

from pathlib import Path

import pytest

from tests.signing.signed import Kept


@pytest.fixture
def kept(address: str, tmp_path: Path) -> Kept:
    folder = tmp_path / "files"
    folder.mkdir()
    return Kept(address, folder)
