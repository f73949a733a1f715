"""Where points were lost: the indicators of some months by what was missing to their maxima."""

from collections.abc import Iterator, Sequence

from ledger.errors import NotFound
from ledger.points import format_points, parse_points
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.texts import Language
from ledger.texts.pages import PAGES
from ledger.texts.wording import fill

MOST = 5


def lost_points(caller: Caller, ledger: Ledger, cadre: str, months: Sequence[str], language: Language) -> list[Row]:
    """The indicators with the most points lost in these months, as far as the caller sees them: ``lost`` of ``max``."""
    lost: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for step in _values(caller, ledger, cadre, months, language):
        indicator, most = step["facts"]["indicator"], parse_points(step["facts"]["max"])
        names[indicator] = step["facts"]["name"]
        kept = lost.setdefault(indicator, [0, 0, 0])
        kept[:] = [kept[0] + most - parse_points(step["shown"]), kept[1] + most, kept[2] + 1]
    ordered = sorted(lost.items(), key=lambda entry: -entry[1][0])
    return [
        {
            "indicator": indicator,
            "name": names[indicator],
            "lost": format_points(missing),
            "max": format_points(most),
            "months": count,
        }
        for indicator, (missing, most, count) in ordered[:MOST]
        if missing > 0
    ]


def _values(caller: Caller, ledger: Ledger, cadre: str, months: Sequence[str], language: Language) -> Iterator[Row]:
    """The steps of all indicators that have a value."""
    for month in months:
        try:
            explanation = ledger.queries.period(caller, cadre, month, language=language)["explanation"]
        except NotFound:  # a month of another unit or group
            continue
        bases = [step for step in (explanation or {"inputs": ()})["inputs"] if step["rule"] == "month.base"]
        for base in bases:
            yield from (step for step in base["inputs"] if step["rule"] == "indicator.value" and step["shown"])


def told(lost: Sequence[Row], language: Language) -> str:
    """The same as lines of text, to begin a talk's record with."""
    return "\n".join(fill(PAGES["sheet_improve"], language, entry) for entry in lost)
