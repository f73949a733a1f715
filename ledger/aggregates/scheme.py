"""The scheme of one peer group and year: every figure of the assessment, versioned (rules.md section 2)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from ledger import periods
from ledger.aggregates.envelope import Data, Recorded, event
from ledger.aggregates.values import Code, Decimal, Fields, Figure, Line, Month, Text
from ledger.errors import FieldError
from ledger.points import parse_points

Days = Annotated[int, Field(ge=0, le=3660)]
Unscored = Literal["block", "skip", "zero"]
WEIGHT_UNITS = 10**9


class YearIndicator(Fields):
    """An indicator of the year's evaluation. ``raters``: weight of each class, together 100."""

    code: Code
    kind: Literal["common", "specific", "special"]
    name: Line
    max: Figure
    raters: Annotated[dict[Code, Decimal], Field(min_length=1, max_length=20)] | None = None
    unscored: Unscored | None = None

    @cached_property
    def most(self) -> int:
        """The maximum, in hundredths."""
        return parse_points(self.max)

    @cached_property
    def weights(self) -> dict[str, int] | None:
        """Weights of the rater classes in units of 10⁻⁹, so whole numbers; None where scores carry no class."""
        if self.raters is None:
            return None
        return {rater: int(Fraction(weight) * WEIGHT_UNITS) for rater, weight in self.raters.items()}

    @property
    def when_unscored(self) -> Unscored:
        return self.unscored or ("skip" if self.kind == "special" else "block")


class Indicator(YearIndicator):
    """An indicator of the months from ``from`` until ``until``, both included."""

    model_config = ConfigDict(validate_by_name=False, serialize_by_alias=True)

    from_: Month | None = Field(default=None, alias="from")
    until: Month | None = None

    def in_force(self, month: str) -> bool:
        return (self.from_ or month) <= month <= (self.until or month)


class Cap(Fields):
    cap: Figure = "5"

    @cached_property
    def most(self) -> int:
        """The cap, in hundredths."""
        return parse_points(self.cap)


class Bands(Fields):
    """Thresholds of grades, falling; below the last of them is a grade without one."""

    @cached_property
    def thresholds(self) -> dict[str, int]:
        """Grade → least points in hundredths, best first."""
        return {name: parse_points(getattr(self, name)) for name in type(self).model_fields}


class MonthBands(Bands):
    """Of months and quarters; below the last: ``poor``."""

    good: Figure
    fairly_good: Figure
    average: Figure


class YearBands(Bands):
    """Of years; below the last: ``incompetent``."""

    excellent: Figure
    competent: Figure
    basically_competent: Figure


class Ranking(Fields):
    """Who is ranked: ``minimum`` people with ``minimum_months`` graded months each."""

    minimum: int = Field(default=3, ge=1, le=10_000)
    minimum_months: int = Field(default=2, ge=1, le=3)
    last_on_tie: bool = False


class LastPlace(Fields):
    """When a run of last places leads to an adjustment case, and what an unranked quarter does to it."""

    quarters: int = Field(default=3, ge=1, le=100)
    gap: Literal["break", "bridge"] = "break"


class Filing(Fields):
    closes_on_day: int = Field(default=5, ge=1, le=31)


class Duties(Fields):
    """Calendar days (months for admonitions) within which a duty is to be done."""

    feedback_days: Days = 7
    reminder_talk_days: Days = 14
    criticism_days: Days = 14
    adjustment_case_days: Days = 30
    admonition_months: int = Field(default=6, ge=1, le=120)


class Annual(Fields):
    """How the year's points come from the quarters (``routine_weight``) and the year's own evaluation."""

    routine_weight: Decimal = "0.60"
    indicators: Annotated[list[YearIndicator], Field(max_length=100)] = Field(default_factory=list)
    bands: YearBands
    excellent_quota: Decimal = "0.20"


class Scheme(Fields):
    """A scheme as it is adopted. ``flaws`` says what keeps it from being adopted."""

    title: Line
    group_name: Line | None = None
    indicators: Annotated[list[Indicator], Field(min_length=1, max_length=100)]
    key_work: Cap = Cap()
    observation: Cap = Cap()
    bands: MonthBands
    good_quota: Decimal = "0.40"
    ranking: Ranking = Ranking()
    last_place: LastPlace = LastPlace()
    filing: Filing = Filing()
    duties: Duties = Duties()
    annual: Annual

    def in_force(self, month: str) -> list[Indicator]:
        return [indicator for indicator in self.indicators if indicator.in_force(month)]

    def of_period(self, period: str) -> list[Indicator] | list[YearIndicator]:
        """The indicators that a score of this month or year may name."""
        return self.annual.indicators if len(period) == 4 else self.in_force(period)


def flaws(scheme: Scheme, year: str) -> list[FieldError]:
    """Every rule of section 2 that the scheme breaks, with the place."""
    return [
        *_indicator_flaws("/indicators", scheme.indicators),
        *_force_flaws(scheme.indicators, year),
        *_indicator_flaws("/annual/indicators", scheme.annual.indicators),
        *_band_flaws("/bands", scheme.bands),
        *_band_flaws("/annual/bands", scheme.annual.bands),
        *_share_flaws(scheme),
        *(
            FieldError(f"/{name}/cap", "negative")
            for name in ("key_work", "observation")
            if getattr(scheme, name).most < 0
        ),
    ]


def _indicator_flaws(where: str, indicators: list[Indicator] | list[YearIndicator]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, indicator in enumerate(indicators):
        if indicator.code in seen:
            yield FieldError(f"{where}/{index}/code", "repeated")
        seen.add(indicator.code)
        if indicator.most <= 0:
            yield FieldError(f"{where}/{index}/max", "not_positive")
        if indicator.weights is not None:
            if any(weight <= 0 for weight in indicator.weights.values()):
                yield FieldError(f"{where}/{index}/raters", "not_positive")
            if sum(indicator.weights.values()) != 100 * WEIGHT_UNITS:
                yield FieldError(f"{where}/{index}/raters", "weights_not_100")


def _force_flaws(indicators: list[Indicator], year: str) -> Iterator[FieldError]:
    for index, indicator in enumerate(indicators):
        if indicator.from_ and indicator.until and indicator.from_ > indicator.until:
            yield FieldError(f"/indicators/{index}/from", "from_after_until")
    for month in periods.months_of(year):
        if not any(indicator.in_force(month) for indicator in indicators):
            yield FieldError("/indicators", "none_in_force", (("month", month),))


def _band_flaws(where: str, bands: Bands) -> Iterator[FieldError]:
    thresholds = list(bands.thresholds.items())
    for name, threshold in thresholds:
        if not 0 <= threshold <= 10_000:
            yield FieldError(f"{where}/{name}", "outside", (("least", "0"), ("most", "100")))
    for (_, higher), (name, lower) in pairwise(thresholds):
        if lower >= higher:
            yield FieldError(f"{where}/{name}", "not_falling")


def _share_flaws(scheme: Scheme) -> Iterator[FieldError]:
    shares = {
        "/good_quota": scheme.good_quota,
        "/annual/routine_weight": scheme.annual.routine_weight,
        "/annual/excellent_quota": scheme.annual.excellent_quota,
    }
    for pointer, share in shares.items():
        if not 0 <= Fraction(share) <= 1:
            yield FieldError(pointer, "outside", (("least", "0"), ("most", "1")))
    if not scheme.annual.indicators and Fraction(scheme.annual.routine_weight) < 1:
        yield FieldError("/annual/indicators", "evaluation_missing")


def misfit(indicator: YearIndicator | None, rater: str | None, points: int) -> str | None:
    """Why an indicator has no place for a score: the problem's code; None if it has."""
    if indicator is None:
        return "unknown-indicator"
    if (rater is None) != (indicator.raters is None) or (
        indicator.raters is not None and rater not in indicator.raters
    ):
        return "unknown-rater"
    return None if 0 <= points <= indicator.most else "points-out-of-range"


@event("adopted")
class Adopted(Data):
    """A scheme comes into force for a group and year; version 1, 2, 3, …"""

    version: int = Field(ge=1)
    scheme: Scheme
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class SchemeVersion:
    """One adopted version and the event that adopted it."""

    version: int
    scheme: Scheme
    event: str
    position: int
    recorded_at: str
    actor: str


@dataclass(slots=True)
class SchemeHistory:
    """All versions of the scheme of one group and year, oldest first."""

    versions: list[SchemeVersion] = field(default_factory=list)

    @property
    def newest(self) -> SchemeVersion:
        return self.versions[-1]

    def as_of(self, position: int) -> "SchemeHistory":
        if not self.versions or self.versions[-1].position <= position:
            return SchemeHistory(self.versions)
        return SchemeHistory([version for version in self.versions if version.position <= position])

    def version(self, number: int) -> SchemeVersion | None:
        return self.versions[number - 1] if 1 <= number <= len(self.versions) else None


def evolve(history: SchemeHistory, recorded: Recorded) -> SchemeHistory:
    data = recorded.data
    if isinstance(data, Adopted):
        adopted = SchemeVersion(
            data.version, data.scheme, recorded.id, recorded.position, recorded.recorded_at, recorded.actor
        )
        history.versions = [*history.versions, adopted]
    return history
