"""Appending events to cadres' streams: one, or many in transactions of some hundred lines."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ledger.aggregates import cadre_events as events
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.decide import decide
from ledger.aggregates.envelope import Data
from ledger.errors import Refusal, TooLarge
from ledger.policy import check_append, check_indicator
from ledger.recording.session import Session
from ledger.recording.writer import Writer
from ledger.service.credentials import Caller
from ledger.service.desk import Defaults, Desk, Done, Stale
from ledger.service.effects import Effects, watch
from ledger.service.identifiers import new_id
from ledger.service.inputs import read_event, read_json, read_object, take_cadre

CHUNK = 200
MAX_LINE = 64 * 1024
MAX_ATOMIC = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """The outcome of one line of a bulk append, numbered from 1."""

    line: int
    done: Done | None = None
    refusal: Refusal | None = None

    @property
    def status(self) -> str:
        if self.done is None:
            return "rejected"
        return "duplicate" if self.done.replayed else "recorded"


class _RolledBack(Refusal):
    """An atomic append of which a line was refused; carries all outcomes out of the transaction."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self.lines = lines


def append(
    desk: Desk, cadre_id: str, data: Data, *, id_: str | None = None, expected_version: int | None = None
) -> Done:
    """Decide one event on a cadre's stream and append it."""
    check_append(desk.actor, cadre_id, type(data))
    cadre = desk.cadre(cadre_id)
    period = desk.check_scope(cadre, data, id_)
    _check_indicator(desk, cadre, data)
    stream = f"cadre:{cadre_id}"
    replayed = desk.replayed(id_, stream, data)
    if replayed is not None:
        return replayed
    if expected_version is not None and expected_version != cadre.version:
        raise Stale(version=cadre.version)
    decided = decide(cadre, data, desk.situation())
    desk.found()
    receipt = desk.append(stream, decided, id_=id_, cadre=cadre_id, period=period, causation_id=_led_to(decided))
    return Done(receipt)


def _check_indicator(desk: Desk, cadre: Cadre, data: Data) -> None:
    if isinstance(data, events.Scored):
        check_indicator(desk.actor, data.indicator)
    elif isinstance(data, events.ScoreCorrected):
        score = cadre.facts_with(data.score).scores.get(data.score)
        if score is not None:
            check_indicator(desk.actor, score.data.indicator)


_REFERENCE: dict[type[Data], str] = {
    events.Withdrawn: "submission",
    events.Reviewed: "submission",
    events.ScoreCorrected: "score",
    events.Annulled: "event",
    events.Acknowledged: "event",
    events.AdmonitionReviewed: "admonition",
    events.AppealDecided: "appeal",
}


def _led_to(data: Data) -> str | None:
    """The event that this one refers to, and so the one that led to it."""
    name = _REFERENCE.get(type(data))
    return getattr(data, name) if name is not None else None


class Appending:
    """The append commands of the service."""

    def __init__(self, writer: Writer, defaults: Defaults) -> None:
        self._writer = writer
        self._defaults = defaults

    def append(
        self,
        caller: Caller,
        cadre: str,
        data: Data,
        *,
        id_: str | None = None,
        expected_version: int | None = None,
    ) -> Future[Done]:
        """Append one event; refused with UnknownCadre, Stale, IdReused or what its decision says."""
        known = id_ or new_id()
        return self._writer.submit(lambda session: self._one(session, caller, cadre, data, known, expected_version))

    def try_append(
        self,
        caller: Caller,
        cadre: str,
        data: Data,
        *,
        id_: str | None = None,
        expected_version: int | None = None,
    ) -> Future[Effects]:
        """A dry run of ``append``: all checks, and what it would change; nothing is stored."""

        def work(session: Session) -> Effects:
            with watch(session, [cadre]) as effects:
                self._one(session, caller, cadre, data, id_, expected_version)
            return effects.shown_to(Desk(session, caller, self._defaults).actor)

        return self._writer.submit(work, keep=False)

    def _one(
        self,
        session: Session,
        caller: Caller,
        cadre: str,
        data: Data,
        id_: str | None,
        expected_version: int | None,
    ) -> Done:
        desk = Desk(session, caller, self._defaults)
        return append(desk, cadre, data, id_=id_, expected_version=expected_version)

    def append_lines(self, caller: Caller, lines: Iterable[bytes], *, dry_run: bool = False) -> Iterator[Line]:
        """Append a line's event each, decided on its own, in transactions of some hundred lines."""
        numbered = _numbered(lines)
        if dry_run:
            yield from self._writer.submit(_worker(numbered, caller, self._defaults), keep=False).result()
            return
        while chunk := list(islice(numbered, CHUNK)):
            yield from self._outcomes(chunk, caller)

    def _outcomes(self, chunk: list[tuple[int, bytes]], caller: Caller) -> list[Line]:
        """One transaction's outcomes; if it is refused as a whole (access revoked meanwhile), so is every line."""
        try:
            return self._writer.submit(_worker(chunk, caller, self._defaults)).result()
        except Refusal as refusal:
            return [Line(number, refusal=refusal) for number, _ in chunk]

    def append_atomically(self, caller: Caller, lines: Iterable[bytes], *, dry_run: bool = False) -> list[Line]:
        """Append all lines or none, at most 10,000; of a refused whole only the refused lines carry a refusal."""
        return self._together(caller, _numbered(lines), keep=not dry_run)

    def _together(self, caller: Caller, numbered: Iterator[tuple[int, bytes]], keep: bool) -> list[Line]:
        chunk = list(islice(numbered, MAX_ATOMIC + 1))
        if len(chunk) > MAX_ATOMIC:
            raise TooLarge(limit=f"{MAX_ATOMIC} lines")
        work = _worker(chunk, caller, self._defaults)

        def all_or_nothing(session: Session) -> list[Line]:
            outcomes = work(session)
            if all(outcome.refusal is None for outcome in outcomes):
                return outcomes
            raise _RolledBack([Line(outcome.line, None, outcome.refusal) for outcome in outcomes])

        try:
            return self._writer.submit(all_or_nothing, alone=True, keep=keep).result()
        except _RolledBack as rolled_back:
            return rolled_back.lines


def _numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _worker(lines: Iterable[tuple[int, bytes]], caller: Caller, defaults: Defaults) -> Callable[[Session], list[Line]]:
    def work(session: Session) -> list[Line]:
        desk = Desk(session, caller, defaults)
        return [_work(desk, number, _read(line)) for number, line in lines]

    return work


def _work(desk: Desk, number: int, found: tuple[str, str | None, Data] | Refusal) -> Line:
    if isinstance(found, Refusal):
        return Line(number, refusal=found)
    cadre, id_, data = found
    try:
        return Line(number, append(desk, cadre, data, id_=id_))
    except Refusal as refusal:
        return Line(number, refusal=refusal)


def _read(line: bytes) -> tuple[str, str | None, Data] | Refusal:
    try:
        if len(line) > MAX_LINE:
            raise TooLarge(limit=f"{MAX_LINE} bytes")
        fields: dict[str, Any] = dict(read_object(read_json(line)))
        cadre = take_cadre(fields)
        id_, data = read_event(fields)
    except Refusal as refusal:
        return refusal
    return cadre, id_, data
