"""Sealing a round: what was computed is recorded on every member's stream, with the decisions of persons."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import Field

from ledger import periods
from ledger.aggregates.cadre import Result
from ledger.aggregates.envelope import encode
from ledger.aggregates.graded_events import Decision, Graded
from ledger.aggregates.refusals import (
    DecisionPending,
    NoScheme,
    OwnRecord,
    PeriodNotEnded,
    PeriodSealed,
    RoundNotReady,
    UnknownGroup,
)
from ledger.aggregates.registers import Registers, belongs, cohort, scheme_for
from ledger.aggregates.round import DecidedGrade, Sealed
from ledger.aggregates.scheme import Scheme
from ledger.aggregates.values import CadreId, Fields
from ledger.assessment.sealing import Draft, by_cadre, draft
from ledger.assessment.standing import state
from ledger.errors import Invalid
from ledger.policy import Actor, sees_group
from ledger.projections import annual, monthly, quarterly
from ledger.projections.moment import Row
from ledger.projections.rounds import ordered
from ledger.recording.session import Receipt, receipt_of
from ledger.recording.structure import RegistersAt
from ledger.service.desk import Desk, IdReused
from ledger.service.effects import Effects

Decisions = Mapping[str, DecidedGrade | None]


class SealInput(Fields):
    """Decisions by cadre id: a grade against the computed one, or null to drop an earlier decision."""

    decisions: dict[CadreId, DecidedGrade | None] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SealOutcome:
    """A sealed revision: its rows in order and who is not assessed; in a dry run also who moved and duties."""

    receipt: Receipt
    revision: int
    rows: list[Row]
    not_assessed: list[Row]
    replayed: bool = False
    moved: list[Row] = field(default_factory=list)
    effects: Effects | None = None


def check_round(actor: Actor, registers: Registers, group: str, period: str, today: date) -> None:
    """Refuse a round to who does not see its group or has his own record in it."""
    if not sees_group(actor, group):
        raise UnknownGroup()
    if actor.cadre is not None and belongs(registers, actor.cadre, group, period, today):
        raise OwnRecord()


def check_known(registers: RegistersAt, group: str) -> None:
    if group not in registers.groups():
        raise UnknownGroup()


def seal(desk: Desk, group: str, period: str, decisions: Decisions, id_: str | None) -> SealOutcome:
    """Seal a group's period and record its results; refused until it can be done whole."""
    again = replayed(desk, group, period, decisions, id_)
    if again is not None:
        return again
    return record(desk, drafted(desk.registers, desk.session.today, group, period), decisions, id_)


def replayed(desk: Desk, group: str, period: str, decisions: Decisions, id_: str | None) -> SealOutcome | None:
    """The answer to a seal that was done before under this id; None if none was."""
    found = desk.done_before(id_, f"round:{group}:{period}", "sealed")
    if found is None:
        return None
    return _sealed_before(desk, group, period, decisions, receipt_of(found), json.loads(found.state)["data"])


def drafted(registers: RegistersAt, today: date, group: str, period: str) -> Draft:
    """What a seal would record now, before decisions; refused until it can be done whole."""
    check_known(registers, group)
    version = scheme_for(registers, group, period)
    if version is None:
        raise NoScheme(group=group, year=periods.year_of(period))
    _check_time(today, period, version.scheme)
    if state(registers, group, period) == "sealed":
        raise PeriodSealed(rounds=[{"group": group, "period": period}])
    made = draft(registers, group, period, version)
    if made.missing:
        raise RoundNotReady(missing=by_cadre(made.missing))
    if not made.graded and not cohort(registers, group, period):
        raise RoundNotReady(missing=[{"cadre": None, "missing": ["no_members"]}])
    return made


def record(desk: Desk, made: Draft, decisions: Decisions, id_: str | None) -> SealOutcome:
    """Record a draft with the decisions of persons."""
    standing = _apply_decisions(desk, made, decisions)
    receipt = _append(desk, made, standing, id_)
    rows = sealed_rows(desk, made.group, made.period)
    return SealOutcome(receipt, made.revision, rows, [entry.model_dump() for entry in made.not_assessed])


def _check_time(today: date, period: str, scheme: Scheme) -> None:
    """The period has ended; for a month also the day until which its forms are filed."""
    until = periods.last_day(period)
    if periods.kind(period) == "month":
        until = periods.day_in(periods.next_month(period), scheme.filing.closes_on_day)
    if today <= until:
        raise PeriodNotEnded(period=period, until=until.isoformat())


def _apply_decisions(desk: Desk, made: Draft, decisions: Decisions) -> dict[str, DecidedGrade]:
    """Set the decided grades in the draft; every earlier decision must be repeated or dropped."""
    latest = desk.registers.round(made.group, made.period).latest
    pending = latest.data.decisions if latest is not None else {}
    waiting = sorted(set(pending) - set(decisions))
    if waiting:
        raise DecisionPending(cadres=waiting)
    standing = {}
    for cadre, decided in sorted(decisions.items()):
        where = f"/decisions/{cadre}"
        if decided is None:
            if cadre not in pending:
                raise Invalid.at(where, "nothing_to_drop")
            continue
        graded: Any = made.graded.get(cadre)
        computed = getattr(graded, "computed_grade", None)
        if computed is None:
            raise Invalid.at(where, "not_graded")
        if decided.grade not in _grades(made):
            raise Invalid.at(f"{where}/grade", "not_one_of", expected=", ".join(_grades(made)))
        if decided.grade == computed:
            raise Invalid.at(f"{where}/grade", "computed_grade")
        made.graded[cadre] = graded.model_copy(
            update={
                "grade": decided.grade,
                "decision": Decision.made(reason=decided.reason, actor=desk.actor.principal),
            }
        )
        standing[cadre] = decided
    return standing


def _grades(made: Draft) -> tuple[str, ...]:
    scheme = made.scheme.scheme
    if periods.kind(made.period) == "year":
        return (*scheme.annual.bands.thresholds, "incompetent")
    return (*scheme.bands.thresholds, "poor")


def _append(desk: Desk, made: Draft, decided: dict[str, DecidedGrade], id_: str | None) -> Receipt:
    """Append the graded events in order of cadre id, then the seal with the digest over their data."""
    read_to = desk.session.position
    for cadre, graded in made.graded.items():
        desk.append(f"cadre:{cadre}", graded, cadre=cadre, period=made.period)
    sealed = Sealed.made(
        period=made.period,
        revision=made.revision,
        scheme_version=made.scheme.version,
        read_to=read_to,
        results=digest(made.graded),
        not_assessed=made.not_assessed,
        decisions=decided,
    )
    return desk.append(f"round:{made.group}:{made.period}", sealed, id_=id_, period=made.period)


def digest(graded: Mapping[str, Graded]) -> str:
    """SHA-256 over the graded events' data bytes in order of cadre id, joined by newlines (events.md)."""
    return hashlib.sha256(b"\n".join(encode(graded[cadre]) for cadre in sorted(graded))).hexdigest()


def _sealed_before(
    desk: Desk, group: str, period: str, decisions: Decisions, receipt: Receipt, data: dict[str, Any]
) -> SealOutcome:
    """The answer to a seal that was done before under this id: the rows of that revision."""
    repeated = {cadre: made.model_dump() for cadre, made in decisions.items() if made is not None}
    if repeated != data["decisions"]:
        raise IdReused()
    rows = sealed_rows(desk, group, period, data["revision"])
    return SealOutcome(receipt, data["revision"], rows, data["not_assessed"], replayed=True)


def sealed_rows(desk: Desk, group: str, period: str, revision: int | None = None) -> list[Row]:
    """The rows of a round's revision (the latest by default), in order."""
    registers, moment = desk.registers, desk.session.moment()
    wanted = revision or registers.round(group, period).revision
    rows = []
    for cadre_id in registers.results_in(group, period):
        cadre = registers.cadre(cadre_id)
        assert cadre is not None
        for result in cadre.results[period]:
            if result.data.group == group and result.data.revision == wanted:
                name = cadre.registered.name if cadre.registered is not None else None
                rows.append({"cadre": cadre_id, "name": name, **_row(moment, cadre, result)})
    return ordered(rows)


def _row(moment: Any, cadre: Any, result: Result) -> Row:
    match periods.kind(result.data.period):
        case "month":
            return monthly.sealed_row(moment, cadre, result)
        case "quarter":
            return quarterly.sealed_row(moment, cadre, result)
        case _:
            return annual.sealed_row(moment, result)
