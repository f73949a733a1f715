from pathlib import Path

import pytest

from tests.cli.running import Shell


@pytest.fixture
def ledger(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, dict[str, str]]:
    """The story of the HTTP tests in a ledger file, and the tokens of its principals; nothing is appended to it."""
    from tests.http.story import tell

    shell = Shell(tmp_path_factory.mktemp("told"))
    return shell, tell(shell.database)
