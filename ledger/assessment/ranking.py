"""Competition ranking, last place and quota, the same for quarters and years (rules.md section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rank by cadre (1, 2, 2, 4), empty if too few. ``last``: who is last; ``shared``: who shares it uncounted."""

    ranks: dict[str, int]
    last: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()

    @property
    def of(self) -> int:
        return len(self.ranks)


def rank(points: Mapping[str, int], minimum: int, last_on_tie: bool) -> Ranking:
    """Rank by points, highest first; nobody if fewer than ``minimum``."""
    if not points or len(points) < minimum:
        return Ranking({})
    ordered = sorted(points.values(), reverse=True)
    first_at: dict[int, int] = {}
    for place, value in enumerate(ordered, start=1):
        first_at.setdefault(value, place)
    ranks = {cadre: first_at[value] for cadre, value in points.items()}
    fewest = ordered[-1]
    if fewest == ordered[0]:
        return Ranking(ranks)
    lowest = frozenset(cadre for cadre, value in points.items() if value == fewest)
    if len(lowest) == 1 or last_on_tie:
        return Ranking(ranks, last=lowest)
    return Ranking(ranks, shared=lowest)


def places(quota: str, count: int) -> int:
    """``max(1, floor(quota × count))``."""
    return max(1, int(Fraction(quota) * count))


def admitted(candidates: Mapping[str, int], available: int) -> set[str]:
    """Those with the most points, equal ones together or not at all, ending with the first who do not fit."""
    inside: set[str] = set()
    for value in sorted(set(candidates.values()), reverse=True):
        tied = {cadre for cadre, points in candidates.items() if points == value}
        if len(inside) + len(tied) > available:
            break
        inside |= tied
    return inside
