"""What is read of people, groups and access, each answer asked of the policy."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from ledger import periods
from ledger.aggregates.refusals import UnknownCadre
from ledger.errors import LogDiverged, NotFound
from ledger.policy import (
    READS,
    Actor,
    allowed_appends,
    check_period,
    check_read,
    may,
    reading_as,
    sees_group,
    sees_period,
    sees_points,
    sees_row,
    sees_row_alone,
    shown_row,
    shown_step,
)
from ledger.projections import roster
from ledger.projections.explanation import explain
from ledger.projections.moment import Row
from ledger.recording.log import read_divergence
from ledger.recording.reader import NOW, Reader, When
from ledger.recording.session import Clock
from ledger.service import allowed, records, standings
from ledger.service.allowed import concerns
from ledger.service.credentials import Caller, authenticate
from ledger.service.view import Page, View
from ledger.texts import Language
from ledger.texts.calculation import described


class Queries:
    """The queries of the service; each opens one consistent reading."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock

    @contextmanager
    def view(self, caller: Caller, when: When = NOW) -> Iterator[View]:
        """A reading at a moment by who asks, whose access is that of now."""
        with self._reader.open(when) as reading:
            now = self._clock()
            yield View(reading, authenticate(reading.structure, caller, now), now, caller.consultation)

    def together(self) -> AbstractContextManager[None]:
        """Whatever this thread asks in the block is answered from one reading; it must not append in it."""
        return self._reader.together()

    def me(self, caller: Caller, when: When = NOW) -> Row:
        with self.view(caller, when) as view:
            actor = view.actor
            return {
                "ledger": _ledger(view),
                "principal": actor.principal,
                "role": actor.role,
                "units": sorted(actor.units) if actor.units is not None else None,
                "groups": sorted(actor.groups) if actor.groups is not None else None,
                "indicators": sorted(actor.indicators) if actor.indicators is not None else None,
                "cadre": actor.cadre,
                "reads": [kind for kind in READS if may(actor, kind)],
                "allowed_actions": allowed_appends(actor),
                **view.speaks_for(),
            }

    def cadres(
        self,
        caller: Caller,
        page: Page,
        when: When = NOW,
        *,
        group: str | None = None,
        unit: str | None = None,
        q: str | None = None,
        ref: str | None = None,
    ) -> Row:
        """The roster, by cadre id; ``q`` is part of a name or id, ``ref`` a number elsewhere as ``system:number``."""
        with self.view(caller, when) as view:
            check_read(view.actor, "roster")
            items: list[Row] = []
            for row in view.rows.roster(page.cursor):
                item = _roster_item(view, row)
                if _wanted(item, group=group, unit=unit, q=q, ref=ref) and view.sees(item["cadre"]):
                    items.append(item)
                if len(items) > page.limit:
                    break
            return view.listed(items, page, "cadre")

    def names(self, caller: Caller, cadres: Iterable[str], when: When = NOW) -> Row:
        """What those of these cadres that are in scope are called."""
        with self.view(caller, when) as view:
            check_read(view.actor, "roster")
            known = ((cadre, view.reading.registers.name(cadre)) for cadre in set(cadres) if view.sees(cadre))
            return {cadre: name for cadre, name in known if name is not None}

    def cadre(self, caller: Caller, cadre_id: str, when: When = NOW) -> Row:
        """Who a cadre is, where posted, and the last results as far as the role may see them."""
        with self.view(caller, when) as view:
            return _cadre(view, cadre_id)

    def record(self, caller: Caller, cadre_id: str, when: When = NOW) -> Row:
        with self.view(caller, when) as view:
            return _record(view, cadre_id)

    def dossiers(
        self, caller: Caller, cadres: Sequence[str], when: When = NOW, *, whole: bool = True
    ) -> list[tuple[Row, Row]]:
        """Each cadre and his record, all of one reading; without last results and months if not ``whole``."""
        with self.view(caller, when) as view:
            view.load(cadres)
            return [(_cadre(view, cadre, whole=whole), _record(view, cadre, monthly=whole)) for cadre in cadres]

    def period(self, caller: Caller, cadre_id: str, period: str, when: When = NOW, language: Language = "zh") -> Row:
        """One result of a cadre and how it came about."""
        with self.view(caller, when) as view:
            actor = reading_as(view.actor, cadre_id)
            check_read(actor, "record")
            cadre = view.reading.cadre_in(cadre_id, period)
            row = records.period_row(view.moment, cadre, period) if cadre is not None else None
            if cadre is None or not (view.sees(cadre_id) or (row is not None and sees_row_alone(actor, row))):
                raise UnknownCadre()
            view.check_record(actor, cadre_id)
            check_period(actor, periods.kind(period))
            if row is None or not sees_row(actor, row):
                raise NotFound()
            facts_at = partial(view.reading.facts_at, cadre_id)
            step = explain(view.moment, cadre, period, facts_at, view.reading.recorded)
            shown = shown_step(actor, step) if step is not None else None
            explanation = described(shown, language) if shown is not None else None
            return {
                "cadre": cadre_id,
                **shown_row(actor, row),
                "explanation": explanation,
                "allowed_actions": allowed.with_cadre(view, cadre_id, row),
                **view.speaks_for(),
            }

    def groups(self, caller: Caller, when: When = NOW) -> Row:
        with self.view(caller, when) as view:
            check_read(view.actor, "groups")
            items = [
                standings.group_item(view.moment, view.reading.registers, group)
                for group in view.reading.registers.groups()
                if sees_group(view.actor, group)
            ]
            return {"items": items, "next": None, **view.speaks_for()}

    def group_names(self, caller: Caller, when: When = NOW) -> dict[str, str]:
        """What the groups in scope are called, by their codes; one without a scheme by its code."""
        with self.view(caller, when) as view:
            check_read(view.actor, "groups")
            registers = view.reading.registers
            seen = (group for group in registers.groups() if sees_group(view.actor, group))
            return {group: standings.group_name(registers, group) or group for group in seen}

    def scheme(self, caller: Caller, group: str, year: str, version: int | None = None, when: When = NOW) -> Row:
        """A scheme: the newest version, or the one asked for."""
        with self.view(caller, when) as view:
            check_read(view.actor, "schemes")
            view.check_group(group)
            history = view.reading.registers.schemes(group, year)
            found = None if history is None else history.newest if version is None else history.version(version)
            if found is None:
                raise NotFound()
            return {
                "group": group,
                "year": year,
                "version": found.version,
                "versions": len(history.versions) if history is not None else 0,
                "scheme": found.scheme.model_dump(mode="json", by_alias=True, exclude_unset=True),
                "event": found.event,
                "recorded_at": found.recorded_at,
                "actor": found.actor,
                **view.speaks_for(),
            }

    def standings(self, caller: Caller, group: str, period: str, when: When = NOW) -> Row:
        with self.view(caller, when) as view:
            check_read(view.actor, "standings")
            view.check_group(group)
            check_period(view.actor, periods.kind(period))
            found = standings.standings(view.reading, view.rows.standings(group, period), group, period)
            rows = [shown_row(reading_as(view.actor, row["cadre"]), row) for row in found["rows"]]
            actions = allowed.with_round(view, group, period, found["state"])
            return {**found, "rows": rows, "allowed_actions": actions, **view.speaks_for()}

    def spread(self, caller: Caller, groups: Iterable[str], since: str) -> Row:
        """How the points of those of these groups that are in scope lie in the sealed months from one on, as of now."""
        with self.view(caller) as view:
            check_read(view.actor, "standings")
            seen = [group for group in groups if sees_group(view.actor, group)]
            items = [item for group in seen for item in standings.spread(view.reading, group, since)]
            return {"items": items, "next": None, **view.speaks_for()}

    def progress(self, caller: Caller, group: str, period: str, when: When = NOW) -> Row:
        with self.view(caller, when) as view:
            check_read(view.actor, "progress")
            view.check_group(group)
            found = standings.progress(view.reading, group, period)
            if concerns(view, group, period):  # who is missing there would tell him who has scored him
                found["by_scorer"] = []
            return {**found, **view.speaks_for()}

    def access(self, caller: Caller, when: When = NOW) -> Row:
        """The principals with access, without anything of their keys."""
        with self.view(caller, when) as view:
            check_read(view.actor, "access")
            known = view.reading.structure.access
            grants = (known[name].as_of(view.reading.position).grant for name in sorted(known))
            items = [grant.model_dump(mode="json", exclude={"key_hash"}) for grant in grants if grant is not None]
            return {"items": items, "next": None, **view.speaks_for()}

    def position(self) -> int:
        """The position of the head; raises where the ledger cannot be read."""
        with self._reader.open() as reading:
            return reading.position

    def ready(self) -> int:
        """The same; LogDiverged where nothing may be appended."""
        with self._reader.open() as reading:
            reason = read_divergence(reading.connection)
            if reason is not None:
                raise LogDiverged(reason=reason)
            return reading.position


def _cadre(view: View, cadre_id: str, *, whole: bool = True) -> Row:
    actor = reading_as(view.actor, cadre_id)
    check_read(actor, "roster")
    cadre = view.cadre(cadre_id)
    shown = whole and sees_points(actor) and view.opened(actor, cadre_id)
    last = records.last_results(view, cadre) if shown else {}
    return {
        **_roster_item(view, roster.stored(cadre)),
        "version": cadre.version,
        "last_results": {kind: _shown_or_none(actor, kind, row) for kind, row in last.items()},
        "allowed_actions": allowed_appends(view.actor, cadre_id),
        **view.speaks_for(),
    }


def _record(view: View, cadre_id: str, *, monthly: bool = True) -> Row:
    actor = reading_as(view.actor, cadre_id)
    check_read(actor, "record")
    cadre = view.cadre(cadre_id)
    view.check_record(actor, cadre_id)
    return {**records.record(view, cadre, actor, monthly=monthly), **view.speaks_for()}


def _ledger(view: View) -> Row:
    structure = view.reading.structure
    name = structure.founding.name if structure.founding is not None else None
    return {"name": name, "origin": structure.origin, "time_zone": structure.time_zone.key}


def _shown_or_none(actor: Actor, kind: str, row: Row | None) -> Row | None:
    visible = row is not None and sees_period(actor, kind) and sees_row(actor, row)
    return shown_row(actor, row) if visible and row is not None else None


def _roster_item(view: View, row: Row) -> Row:
    posting = roster.current(row, view.reading.date)
    return {
        "cadre": row["cadre"],
        "name": row["name"],
        "refs": row["refs"],
        **{name: posting.get(name) for name in ("unit", "post", "group", "since", "departed")},
    }


def _wanted(item: Row, *, group: str | None, unit: str | None, q: str | None, ref: str | None) -> bool:
    system, _, number = (ref or "").partition(":")
    return (
        group in (None, item["group"])
        and unit in (None, item["unit"])
        and (q is None or q in item["name"] or q in item["cadre"])
        and (ref is None or (item["refs"] or {}).get(system) == number)
    )
