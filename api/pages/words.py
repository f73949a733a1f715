"""How pages write dates and times: in the ledger's time zone, as the language does."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from ledger.texts import Language

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day(text: str | None, language: Language) -> Markup | str:
    """A day ``2025-03-31``; a dash for none."""
    if text is None:
        return "–"
    return _time(text, _day(date.fromisoformat(text), language))


def moment(text: str | None, language: Language, zone: ZoneInfo) -> Markup | str:
    """A recorded time, to the minute; a dash for none."""
    if text is None:
        return "–"
    local = datetime.fromisoformat(text).astimezone(zone)
    return _time(text, f"{_day(local.date(), language)} {local:%H:%M}")


def _day(found: date, language: Language) -> str:
    if language == "zh":
        return f"{found.year}年{found.month}月{found.day}日"
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def _time(machine: str, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, shown)
