"""What the ledger asks of a database, whichever it is, and the tables it keeps there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from threading import Event
from typing import Any, Protocol

from ledger.projections.views import VIEWS

STRUCTURAL = (
    "founded",
    "origin_declared",
    "key_changed",
    "adopted",
    "sealed",
    "reopened",
    "granted",
    "revoked",
    "registered",
    "posted",
    "departed",
    "admonished",
    "annulled",
)
"""Types that the small histories in memory are made of; a partial index finds them."""
STRUCTURAL_TYPES = ", ".join(f"'{name}'" for name in STRUCTURAL)

OUTLINED = "type NOT IN ('submitted', 'withdrawn', 'reviewed', 'scored', 'score_corrected', 'observed')"
"""What a state holds of a stream before anybody asks for a period's facts (recording/outline.py)."""
FORMS = "type IN ('submitted', 'withdrawn', 'reviewed')"
"""What a state takes in besides when somebody asks for the forms of all months."""
VIEWS_VERSION = 3
"""Which program's views the tables hold; raised when their rows or columns change, so that they are made anew."""
VIEWS_OF_HEAD = "SELECT views_generation, views_version FROM head"


class Rows(Protocol):
    """The result of a statement."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection inside a transaction. Parameters are written ``?``."""

    def execute(self, statement: str, parameters: Sequence[Any] = ..., /) -> Rows: ...

    def executemany(self, statement: str, parameters: Iterable[Sequence[Any]], /) -> object: ...


class Database(Protocol):
    """One ledger's database. ``errors``: what its driver raises when it fails."""

    @property
    def errors(self) -> tuple[type[Exception], ...]: ...

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction under the one write lock; on disk when the block has ended, rolled back if it raised."""
        ...

    def read(self) -> AbstractContextManager[Connection]:
        """A read transaction: one consistent moment, never waiting for the writer."""
        ...

    def create_views(self, connection: Connection, generation: int) -> None:
        """Make the empty tables of a generation of the views."""
        ...

    def alone(self, task: str) -> AbstractContextManager[Callable[[], bool]]:
        """Tells whether this process is the only one at a task, until it leaves the block, dies or is cut off."""
        ...

    def announce(self, position: int) -> None:
        """Tell other processes that the ledger has grown, after the commit."""
        ...

    def growth(self, stopped: Event) -> Iterator[None]:
        """Yields whenever the ledger may have grown, by whatever process, until it is stopped."""
        ...

    def faults(self, connection: Connection) -> Iterator[str]:
        """What the database itself finds wrong in its tables and indexes; nothing where it cannot look."""
        ...

    def close(self) -> None: ...


def tables(text: str, number: str, octets: str, empty: str, options: str) -> Iterator[str]:
    """The statements that make the tables, in a database's own words for its types."""
    yield f"""CREATE TABLE IF NOT EXISTS events (
        position {number} PRIMARY KEY, id {text} NOT NULL UNIQUE, stream {text} NOT NULL, version {number} NOT NULL,
        type {text} NOT NULL, schema {number} NOT NULL, recorded_at {text} NOT NULL, cadre {text}, period {text},
        prev {text} NOT NULL, leaf {text} NOT NULL, state {octets} NOT NULL, UNIQUE (stream, version)) {options}"""
    yield "CREATE INDEX IF NOT EXISTS events_by_period ON events (period, cadre, position) WHERE period IS NOT NULL"
    yield f"CREATE INDEX IF NOT EXISTS events_structural ON events (position) WHERE type IN ({STRUCTURAL_TYPES})"
    for earlier in ("events_outlined", "events_of_structure"):  # which programs before this one made
        yield f"DROP INDEX IF EXISTS {earlier}"
    yield f"CREATE INDEX IF NOT EXISTS events_of_outline ON events (stream, position) WHERE {OUTLINED}"
    yield f"CREATE INDEX IF NOT EXISTS events_of_forms ON events (stream, position) WHERE {FORMS}"
    yield "CREATE INDEX IF NOT EXISTS events_by_type ON events (type, schema)"
    yield f"""CREATE TABLE IF NOT EXISTS head (
        one {number} PRIMARY KEY CHECK (one = 1), size {number} NOT NULL, recorded_at {text} NOT NULL,
        frontier {octets} NOT NULL, views_version {number} NOT NULL, views_generation {number} NOT NULL) {options}"""
    yield f"""CREATE TABLE IF NOT EXISTS tiles (
        level {number} NOT NULL, idx {number} NOT NULL, hashes {octets} NOT NULL, root {octets} NOT NULL,
        PRIMARY KEY (level, idx)) {options}"""
    yield f"""CREATE TABLE IF NOT EXISTS checkpoints (
        number {number} PRIMARY KEY, size {number} NOT NULL, note {octets} NOT NULL, vkeys {octets} NOT NULL,
        made_at {text} NOT NULL) {options}"""
    yield f"""CREATE TABLE IF NOT EXISTS divergence (
        one {number} PRIMARY KEY CHECK (one = 1), reason {text} NOT NULL) {options}"""
    yield f"""CREATE TABLE IF NOT EXISTS sign_ins (
        digest {text} PRIMARY KEY, kind {text} NOT NULL, principal {text} NOT NULL, granted_at {number} NOT NULL,
        expires_at {text} NOT NULL) {options}"""
    yield f"INSERT INTO head VALUES (1, 0, '', {empty}, {VIEWS_VERSION}, 0) ON CONFLICT DO NOTHING"


def view_table(view: str, generation: int) -> str:
    """The table of a view: plain at first, then one more each time the views are made anew beside the live ones."""
    return f"{view}_{generation}" if generation else view


def view_tables(generation: int, text: str, number: str, options: str) -> Iterator[str]:
    """The statements that make a generation of the views."""
    for view in VIEWS:
        name = view_table(view, generation)
        yield f"""CREATE TABLE IF NOT EXISTS {name} (
            key {text} PRIMARY KEY, cadre {text}, period {text}, grp {text}, points {number}, body TEXT NOT NULL,
            waits {number} NOT NULL DEFAULT 0) {options}"""
        yield f"CREATE INDEX IF NOT EXISTS {name}_by_group ON {name} (grp, period, points)"
        yield f"CREATE INDEX IF NOT EXISTS {name}_by_period ON {name} (period)"
        yield f"CREATE INDEX IF NOT EXISTS {name}_by_cadre ON {name} (cadre)"
        yield f"CREATE INDEX IF NOT EXISTS {name}_waiting ON {name} (key) WHERE waits = 1"
