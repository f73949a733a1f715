"""How an address is reached: passwords from where libpq takes them, never told; several hosts; TLS if asked for."""

import socket
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger.errors import Unavailable
from ledger.recording.opening import open_database
from ledger.recording.tables import read_head
from tests.cli.running import Shell
from tests.failures.cluster import Cluster, address, running
from tests.http.serving import Server

SECRET = "s3cr%25t"
"""As it stands in an address."""
PASSWORD = "s3cr%t"
WRONG = "wr0ng-passw0rd"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Cluster]:
    """A server that takes the role ``keeper`` with a password only, by its socket and by TCP."""
    with running(listen_addresses="127.0.0.1", port=str(free_port())) as cluster:
        cluster.execute(f"CREATE ROLE keeper LOGIN PASSWORD '{PASSWORD}'")
        cluster.execute("GRANT CREATE ON DATABASE postgres TO keeper")
        rules = cluster.data / "pg_hba.conf"
        only = "local all keeper scram-sha-256\nhost all keeper 127.0.0.1/32 scram-sha-256\n"
        rules.write_text(only + rules.read_text())
        cluster.execute("SELECT pg_reload_conf()")
        yield cluster


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def as_keeper(cluster: Cluster, schema: str, secret: str = "", **more: str) -> str:
    user = f"keeper:{secret}" if secret else "keeper"
    return address(schema, cluster, user=user, port=cluster.port, **more)


def passfile(folder: Path) -> str:
    path = folder / "passwords"
    path.write_text(f"*:*:*:keeper:{PASSWORD}\n")
    path.chmod(0o600)
    return str(path)


def founds(shell: Shell, database: str, **environment: Any) -> None:
    ran = shell("create", LEDGER_DATABASE=database, **environment)
    assert ran.code == 0, ran.err
    assert "at position 1" in ran.out


def test_a_password_comes_from_the_environment(guarded: Cluster, shell: Shell) -> None:
    founds(shell, as_keeper(guarded, "environment"), PGPASSWORD=PASSWORD)


def test_a_password_comes_from_a_file(guarded: Cluster, shell: Shell, tmp_path: Path) -> None:
    founds(shell, as_keeper(guarded, "file_named"), PGPASSFILE=passfile(tmp_path))
    founds(shell, as_keeper(guarded, "file_in_address", passfile=passfile(tmp_path)))


def test_a_service_file_says_everything(guarded: Cluster, shell: Shell, tmp_path: Path) -> None:
    services = tmp_path / "services"
    services.write_text(
        f"[ledger]\nhost={guarded.sockets}\nport={guarded.port}\nuser=keeper\ndbname=postgres\npassword={PASSWORD}\n"
    )
    founds(shell, "postgresql:///?service=ledger&schema=serviced", PGSERVICEFILE=str(services))


def test_a_password_in_the_address_works_too(guarded: Cluster, shell: Shell) -> None:
    founds(shell, as_keeper(guarded, "in_address", SECRET))


@pytest.mark.parametrize(
    ("command", "secret", "password"),
    [(("create",), WRONG, ""), (("serve", "--port", "0"), "", WRONG), (("backup", "copy.db"), WRONG, "")],
)
def test_a_wrong_password_is_one_line_that_does_not_tell_it(
    guarded: Cluster, shell: Shell, command: tuple[str, ...], secret: str, password: str
) -> None:
    database = as_keeper(guarded, "wrong", secret)
    told = shell.fails(2, *command, LEDGER_DATABASE=database, PGPASSWORD=password)
    assert "password authentication failed" in told
    assert WRONG not in told


@pytest.mark.parametrize(
    "malformed",
    [
        "postgresql://keeper:s3cret@host:port/name",
        "postgresql://keeper:s3cret%zz@host/name",
        "postgresql://keeper:s3cret@[host/name",
        "postgresql://keeper:half@s3cret@host/name",
        "postgresql://keeper:s3cret/half@host/name",
        "postgresql://keeper@host/name?password=s3cret%zz",
        "postgresql://keeper@host/name?pass=s3cret",
        "postgresql://keeper@host/name?s3cret",
        "postgres://keeper:s3cret@host:1:2/name",
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(malformed: str) -> None:
    with pytest.raises(Unavailable, match="not a connection string") as caught:
        open_database(malformed)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_lost_its_database_logs_no_password(shell: Shell, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running() as cluster:
        database = address("logged", cluster, user=f"postgres:{SECRET}")
        with Server(database, "sh", "-c", f'exec "$0" "$@" 2>{log}', PGPASSWORD=PASSWORD) as server:
            assert httpx.get(f"{server.address}/readyz").status_code == 200
            cluster.kill()
            answers = [httpx.get(f"{server.address}{path}") for path in ("/readyz", "/metrics")]
    assert [answer.status_code for answer in answers] == [503, 503]
    told = log.read_text() + "".join(answer.text + str(answer.headers) for answer in answers)
    assert SECRET not in told
    assert PASSWORD not in told


def test_the_first_host_that_answers_and_takes_writes_is_used() -> None:
    with running() as primary, closing(Cluster()) as standby, closing(Cluster()) as dead:
        standby.follow(primary)
        standby.start()
        wanted = address("hosts", dead, standby, primary, target_session_attrs="read-write")
        with closing(open_database(wanted)) as database, database.write() as connection:
            assert read_head(connection).size == 0
        assert primary.execute("SELECT size FROM hosts.head") == [(0,)]


def test_tls_that_is_asked_for_is_not_done_without(guarded: Cluster) -> None:
    plain = f"postgresql://keeper:{SECRET}@127.0.0.1:{guarded.port}/postgres?schema=tls"
    open_database(plain).close()
    for mode in ("require", "verify-full&sslrootcert=system"):
        with pytest.raises(Unavailable, match="SSL"):
            open_database(f"{plain}&sslmode={mode}")
