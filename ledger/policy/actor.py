"""Who acts: a principal with its role and scope."""

from dataclasses import dataclass

from ledger.aggregates.access import Granted, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A principal with its role and scope. None in ``units`` or ``groups`` limits nothing."""

    principal: str
    role: Role
    units: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    indicators: frozenset[str] | None = None
    cadre: str | None = None

    @classmethod
    def of(cls, principal: str, grant: Granted) -> "Actor":
        def scope(names: list[str] | None) -> frozenset[str] | None:
            return None if names is None else frozenset(names)

        return cls(principal, grant.role, scope(grant.units), scope(grant.groups), scope(grant.indicators), grant.cadre)

    def covers(self, unit: str | None, group: str | None) -> bool:
        """Is a unit or group inside the scope?"""
        if self.units is None and self.groups is None:
            return True
        return unit in (self.units or ()) or group in (self.groups or ())
