"""Playing steps into a ledger: the story's clock, the principals, and the ledger's own commands."""

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self

from ledger.aggregates.founding import Founded
from ledger.aggregates.round import DecidedGrade, Reopened
from ledger.aggregates.scheme import Scheme
from ledger.demo.plot import ORGANISER, ORIGIN, TIME_ZONE, Adopt, Append, Reopen, Seal, Step, at, event_id
from ledger.demo.principals import principals
from ledger.service.credentials import Caller
from ledger.service.inputs import validate
from ledger.service.ledger import Ledger, local_caller

NAME = "示例区考核台账（样本数据）"
BEGIN = at("2024-01-02", "08:30")


class OutOfPlot(RuntimeError):
    """The ledger did not take a step as the plot has it."""


class StoryClock:
    """The time of the story; it only moves forward."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, when: datetime) -> None:
        if when < self.now:
            raise OutOfPlot(f"{when} comes before {self.now}")
        self.now = when


class Stage:
    """A ledger with the story's clock, and the callers by principal."""

    def __init__(self, path: Path) -> None:
        self._clock = StoryClock(BEGIN)
        self._ledger = Ledger(path, clock=self._clock)
        self._tokens: dict[str, str] = {}
        self._requests = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ledger.close()

    def set_up(self) -> dict[str, str]:
        """Found the ledger and grant access; returns the token of each role's first principal."""
        admin = local_caller("sample", self._request())
        self._ledger.found(admin, Founded(origin=ORIGIN, name=NAME, time_zone=TIME_ZONE)).result()
        by_role: dict[str, str] = {}
        for wanted in principals():
            token = self._ledger.principals.grant(admin, wanted).result().token
            self._tokens[wanted.name] = token
            by_role.setdefault(wanted.role, token)
        return by_role

    def play(self, steps: Iterable[Step]) -> None:
        """Take the steps in order; what one principal appends in one moment goes in together."""
        for (when, _, _), together in groupby(steps, key=_moment):
            self._clock.move(when)
            batch = list(together)
            appends = [step for step in batch if isinstance(step, Append)]
            if appends:
                self._append(appends)
            for step in batch:
                if not isinstance(step, Append):
                    self._command(step)

    def _append(self, steps: list[Append]) -> None:
        lines = self._ledger.appending.append_lines(self._caller(steps[0].by), map(_line, steps))
        for step, line in zip(steps, lines, strict=True):
            if line.status != "recorded":
                raise OutOfPlot(f"{step}: {line.refusal or line.status}")

    def _command(self, step: Adopt | Seal | Reopen) -> None:
        caller, rounds = self._caller(ORGANISER), self._ledger.rounds
        id_ = event_id(type(step).__name__, step.group, step.when.isoformat(), _period(step))
        match step:
            case Adopt():
                scheme = validate(Scheme, step.scheme)
                rounds.adopt(caller, step.group, step.year, scheme, reason=step.reason, id_=id_).result()
            case Seal():
                decisions = {
                    cadre: None if made is None else DecidedGrade.model_validate({"grade": made[0], "reason": made[1]})
                    for cadre, made in step.decisions.items()
                }
                rounds.seal(caller, step.group, step.period, decisions, id_=id_).result()
            case Reopen():
                rounds.reopen(caller, step.group, step.period, Reopened(reason=step.reason), id_=id_).result()

    def _caller(self, principal: str) -> Caller:
        return Caller(self._request(), token=self._tokens[principal])

    def _request(self) -> str:
        """The correlation id of the next request."""
        self._requests += 1
        return f"sample-{self._requests}"


def _moment(step: Step) -> tuple[datetime, bool, str]:
    """What steps that are played together have in common: moment, whether they append, who acts."""
    appends = isinstance(step, Append)
    return step.when, appends, step.by if isinstance(step, Append) else ORGANISER


def _period(step: Adopt | Seal | Reopen) -> str:
    return step.year if isinstance(step, Adopt) else step.period


def _line(step: Append) -> bytes:
    return json.dumps({"cadre": step.cadre, "type": step.type, "id": step.id, **step.data}).encode()
