"""Everything a ledger's database holds computed from its events alone, and compared.

``check(address)`` asserts that positions, versions, times and ``prev`` are whole, that leaves and root follow from the
stored columns, that every seal records what its events up to ``read_to`` come to and stands beside no fact it did not
see, and that the stored views are those of a rebuild. It shares no state with a ledger; one may be open meanwhile.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ledger import periods
from ledger.aggregates import cadre as cadres
from ledger.aggregates import cadre_events as events
from ledger.aggregates.cadre import Cadre, Result
from ledger.aggregates.envelope import Recorded, encode
from ledger.aggregates.facts import Facts
from ledger.aggregates.founding import Founded
from ledger.aggregates.graded_events import Decision
from ledger.aggregates.registers import scheme_for
from ledger.aggregates.round import Sealed
from ledger.assessment.sealing import draft
from ledger.assessment.standing import group_of, state
from ledger.projections.moment import Row, moment
from ledger.projections.views import VIEWS, everything
from ledger.recording.codec import StoredRow, decode
from ledger.recording.database import Connection
from ledger.recording.structure import RegistersAt, Structure
from tests.backends import is_sqlite
from tests.recording.inside import opened, stored_in

FACTS = (
    events.Submitted,
    events.Withdrawn,
    events.Reviewed,
    events.Scored,
    events.ScoreCorrected,
    events.Observed,
    events.Excused,
)
_LATER = date(2026, 12, 31)
Key = tuple[str, str]
View = dict[str, tuple[Any, ...]]


class Memory:
    """All cadres in memory (``ledger.recording.structure.CadreSource``)."""

    def __init__(self) -> None:
        self.states: dict[str, Cadre] = {}

    def cadre(self, cadre: str) -> Cadre | None:
        return self.states.get(cadre)

    def result(self, cadre: str, period: str) -> Result | None:
        known = self.states.get(cadre)
        return known.result(period) if known is not None else None

    def facts(self, cadre: str, period: str) -> Facts:
        known = self.states.get(cadre)
        return known.facts_of(period) if known is not None else Facts()

    def results_in(self, group: str, period: str) -> Iterable[str]:
        return sorted(cadre for cadre, known in self.states.items() if group in known.results_by_group(period))


class Fold:
    """The whole ledger folded from its first event on."""

    def __init__(self) -> None:
        self.structure = Structure()
        self.memory = Memory()
        self.registers = RegistersAt(self.structure, self.memory)

    def evolve(self, recorded: Recorded) -> None:
        self.structure.evolve(recorded)
        kind, _, rest = recorded.stream.partition(":")
        if kind == "cadre":
            self.memory.states[rest] = cadres.evolve(self.memory.states.get(rest) or Cadre(rest), recorded)

    def sealed(self) -> list[Key]:
        """The rounds that were ever sealed."""
        return sorted(key for key, round_ in self.structure.rounds.items() if round_.seals)

    def views(self, position: int) -> dict[str, View]:
        """Every row of every view by key, as its columns."""
        made: dict[str, View] = {view: {} for view in VIEWS}
        at = moment(self.registers, position, _LATER)
        for row in everything(at, sorted(self.memory.states), self.sealed()):
            assert row.key not in made[row.view], (row.view, row.key)
            plain = json.loads(json.dumps(row.row))
            made[row.view][row.key] = (row.cadre, row.period, row.group, plain, int(row.waits), _sealed_points(plain))
        return made


def _sealed_points(row: Row) -> int | None:
    """In hundredths, of a sealed result that has any."""
    if row.get("state") != "sealed" or row.get("points") is None:
        return None
    return int(Decimal(row["points"]).scaleb(2))


def check(address: str) -> int:
    """Assert that the database is whole and follows from its events; the number of events."""
    with opened(address) as connection:
        rows = stored_in(connection)
        check_chain(connection, rows)
        check_history(connection, rows)
        if is_sqlite(address):
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return len(rows)


def check_chain(connection: Connection, rows: Sequence[StoredRow]) -> None:
    """Order, chain of every stream, leaves, and the head."""
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert len({row.id for row in rows}) == len(rows)
    origin = ""
    if rows:
        founded = decode(rows[0]).data
        assert isinstance(founded, Founded)
        origin = founded.origin
    tails: dict[str, tuple[int, str]] = {}
    last = ""
    leaves = []
    for row in rows:
        stream = str(row.originator_id)
        version, prev = tails.get(stream, (0, "0" * 64))
        assert (row.originator_version, row.prev) == (version + 1, prev), (stream, row.position)
        moved_on = datetime.strptime(row.recorded_at, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007 (Z is UTC)
        assert row.recorded_at == moved_on.isoformat(timespec="microseconds") + "Z"
        assert row.recorded_at > last
        leaf = leaf_of(row, origin)
        assert leaf.hex() == row.leaf, row.position
        leaves.append(leaf)
        tails[stream] = (row.originator_version, row.leaf)
        last = row.recorded_at
        _check_envelope(row)
    ((size, recorded_at, frontier),) = connection.execute("SELECT size, recorded_at, frontier FROM head")
    assert (size, recorded_at) == (len(rows), last)
    assert root_of(frontier) == tree_hash(leaves)


def _check_envelope(row: StoredRow) -> None:
    """The columns beside the state say what it says."""
    recorded = decode(row)
    content = json.loads(row.state)
    assert list(content) == ["id", "salt", "actor", "correlation_id", "causation_id", "data"]
    assert content["id"] == row.id
    assert len(bytes.fromhex(content["salt"])) == 16
    assert data_of(row) == encode(recorded.data)
    kind, _, rest = recorded.stream.partition(":")
    assert row.cadre == (rest if kind == "cadre" else None)
    period = getattr(recorded.data, "period", None)
    assert period is None or row.period == period


def leaf_of(row: StoredRow, origin: str) -> bytes:
    """The leaf of the entry that the stored columns make (proof.md)."""
    head = (
        origin,
        row.position - 1,
        row.originator_id,
        row.originator_version,
        row.topic,
        row.schema,
        row.recorded_at,
        row.prev,
    )
    return hashlib.sha256(b"\x00" + "".join(f"{field}\n" for field in head).encode() + row.state).digest()


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes as RFC 6962 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def root_of(frontier: bytes) -> bytes:
    """The root that the stored hashes of full subtrees, largest first, come to."""
    hashes = [frontier[i : i + 32] for i in range(0, len(frontier), 32)]
    if not hashes:
        return hashlib.sha256(b"").digest()
    root = hashes.pop()
    while hashes:
        root = hashlib.sha256(b"\x01" + hashes.pop() + root).digest()
    return root


def data_of(row: StoredRow) -> bytes:
    """The stored bytes of an event's data: the last member of its state."""
    return row.state[row.state.index(b',"data":') + len(b',"data":') : -1]


def check_history(connection: Connection, rows: Sequence[StoredRow]) -> None:
    """Fold all events; on the way every seal and fact, at the end the stored views."""
    fold = Fold()
    recorded = [decode(row) for row in rows]
    seals: dict[int, list[Recorded]] = {}
    for event in recorded:
        if isinstance(event.data, Sealed):
            seals.setdefault(event.data.read_to, []).append(event)
    for event in recorded:
        _check_fact(fold, event)
        fold.evolve(event)
        for seal in seals.pop(event.position, ()):
            _check_seal(fold, seal, rows[event.position : seal.position - 1])
    assert not seals
    _check_standing_seals(fold)
    compare(stored_views(connection), fold.views(len(rows)))


def stored_views(connection: Connection) -> dict[str, View]:
    found: dict[str, View] = {}
    for view in VIEWS:
        rows = connection.execute(f"SELECT key, cadre, period, grp, body, waits, points FROM {view}")
        found[view] = {
            key: (cadre, period, group, json.loads(row), waits, points)
            for key, cadre, period, group, row, waits, points in rows
        }
    return found


def compare(stored: dict[str, View], computed: dict[str, View]) -> None:
    for view in VIEWS:
        wrong = {
            key: {"stored": stored[view].get(key), "computed": computed[view].get(key)}
            for key in sorted({*stored[view], *computed[view]})
            if stored[view].get(key) != computed[view].get(key)
        }
        assert not wrong, f"{view}: {wrong}"


def _check_fact(fold: Fold, event: Recorded) -> None:
    """No fact is recorded in a period whose round stands sealed."""
    kind, _, cadre = event.stream.partition(":")
    if kind != "cadre" or event.period is None:
        return
    if not isinstance(event.data, FACTS):
        known = fold.memory.cadre(cadre)
        if not isinstance(event.data, events.Annulled) or known is None or event.data.event not in known.located:
            return
    group = group_of(fold.registers, cadre, event.period)
    if group is not None:
        assert state(fold.registers, group, event.period) != "sealed", (event.position, event.type, group, event.period)


def _check_seal(fold: Fold, seal: Recorded, between: Sequence[StoredRow]) -> None:
    """What was sealed is what the events up to ``read_to`` come to; only its graded events stand before the seal."""
    data = seal.data
    assert isinstance(data, Sealed)
    group, _, period = seal.stream.partition(":")[2].partition(":")
    assert data.period == period
    version = scheme_for(fold.registers, group, period)
    assert version is not None
    made = draft(fold.registers, group, period, version)
    assert made.missing == []
    for cadre, state_ in fold.memory.states.items():
        acts = state_.acts_of(events.Admonished)
        wanted_acts = [act.event for act in acts if act.data.decided_on[:4] == periods.year_of(period)]
        assert fold.registers.admonitions(cadre, periods.year_of(period)) == wanted_acts
    for cadre, decided in data.decisions.items():
        decision = Decision.made(reason=decided.reason, actor=seal.actor)
        made.graded[cadre] = made.graded[cadre].model_copy(update={"grade": decided.grade, "decision": decision})
    wanted = [(f"cadre:{cadre}", encode(made.graded[cadre])) for cadre in sorted(made.graded)]
    assert [(row.originator_id, data_of(row)) for row in between] == wanted
    assert {row.topic for row in between} <= {f"{periods.kind(period)}_graded"}
    assert hashlib.sha256(b"\n".join(bytes_ for _, bytes_ in wanted)).hexdigest() == data.results
    assert (data.revision, data.scheme_version) == (made.revision, version.version)
    assert data.not_assessed == made.not_assessed


def _check_standing_seals(fold: Fold) -> None:
    """Months and quarters that stand sealed would get the same figures now (earlier quarters may be open again)."""
    for group, period in fold.sealed():
        version = scheme_for(fold.registers, group, period)
        if periods.kind(period) == "year" or state(fold.registers, group, period) != "sealed":
            continue
        assert version is not None
        made = draft(fold.registers, group, period, version)
        assert [entry for entry in made.missing if entry.cadre is not None] == [], (group, period)
        for cadre, graded in made.graded.items():
            result = fold.memory.states[cadre].results_by_group(period)[group]
            assert _figures(result.data) == _figures(graded), (group, period, cadre)


def _figures(data: Any) -> dict[str, Any]:
    return {name: value for name, value in data if name not in ("revision", "grade", "decision")}


def tally(address: str) -> Counter[str]:
    """How many events of each type there are."""
    with opened(address) as connection:
        return Counter(name for (name,) in connection.execute("SELECT type FROM events"))
