"""Running the cycle: adopting schemes, sealing and reopening rounds."""

from concurrent.futures import Future
from dataclasses import replace

from ledger.aggregates.refusals import PeriodNotSealed
from ledger.aggregates.registers import cohort
from ledger.aggregates.round import Reopened
from ledger.aggregates.scheme import Scheme
from ledger.policy import check_run
from ledger.recording.session import Session
from ledger.recording.writer import Writer
from ledger.service import adopting, sealing
from ledger.service.credentials import Caller
from ledger.service.desk import Defaults, Desk, Done
from ledger.service.effects import Effects, moved, recorded_about, watch
from ledger.service.identifiers import new_id
from ledger.service.sealing import Decisions, SealOutcome


class Rounds:
    """The commands of organisers on schemes and rounds."""

    def __init__(self, writer: Writer, defaults: Defaults) -> None:
        self._writer = writer
        self._defaults = defaults

    def adopt(
        self,
        caller: Caller,
        group: str,
        year: str,
        scheme: Scheme,
        *,
        reason: str | None = None,
        id_: str | None = None,
        dry_run: bool = False,
    ) -> Future[tuple[Done, int]]:
        """Adopt a scheme as the next version; the future has the receipt and the version."""

        def work(session: Session) -> tuple[Done, int]:
            desk = self._desk(session, caller, group, year)
            return adopting.adopt(desk, group, year, scheme, reason, id_)

        return self._writer.submit(work, keep=not dry_run)

    def seal(
        self, caller: Caller, group: str, period: str, decisions: Decisions, *, id_: str | None = None
    ) -> Future[SealOutcome]:
        """Seal a group's period; refused until it can be done whole."""
        known = id_ or new_id()
        return self._writer.submit(
            lambda session: sealing.seal(self._desk(session, caller, group, period), group, period, decisions, known)
        )

    def preview(
        self, caller: Caller, group: str, period: str, decisions: Decisions, *, id_: str | None = None
    ) -> Future[SealOutcome]:
        """A dry run of ``seal``: its rows, which duties open or are withdrawn, who moved against the last revision, and
        what was recorded of him since.
        """

        def work(session: Session) -> SealOutcome:
            desk = self._desk(session, caller, group, period)
            again = sealing.replayed(desk, group, period, decisions, id_)
            if again is not None:
                return replace(again, effects=Effects())
            made = sealing.drafted(desk.registers, session.today, group, period)
            earlier = {row["cadre"]: row for row in sealing.sealed_rows(desk, group, period)}
            people = {*cohort(desk.registers, group, period), *desk.registers.results_in(group, period)}
            latest = desk.registers.round(group, period).latest
            with watch(session, sorted(people)) as effects:
                outcome = sealing.record(desk, made, decisions, id_)
            changed = moved(outcome.rows, earlier)
            since = latest.position if latest is not None else 0
            because = recorded_about(session, [row["cadre"] for row in changed], period, since)
            return SealOutcome(
                outcome.receipt,
                outcome.revision,
                outcome.rows,
                outcome.not_assessed,
                moved=[{**row, "because": because[row["cadre"]]} for row in changed],
                effects=effects,
            )

        return self._writer.submit(work, keep=False)

    def reopen(
        self, caller: Caller, group: str, period: str, data: Reopened, *, id_: str | None = None, dry_run: bool = False
    ) -> Future[Done]:
        """Reopen a sealed round, with a reason."""

        def work(session: Session) -> Done:
            desk = self._desk(session, caller, group, period)
            stream = f"round:{group}:{period}"
            replayed = desk.replayed(id_, stream, data)
            if replayed is not None:
                return replayed
            sealing.check_known(desk.registers, group)
            if desk.registers.round(group, period).status != "sealed":
                raise PeriodNotSealed(period=period)
            return Done(desk.append(stream, data, id_=id_, period=period))

        return self._writer.submit(work, keep=not dry_run)

    def _desk(self, session: Session, caller: Caller, group: str, period: str) -> Desk:
        desk = Desk(session, caller, self._defaults)
        check_run(desk.actor)
        sealing.check_round(desk.actor, desk.registers, group, period, session.today)
        return desk
