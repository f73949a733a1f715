"""Exact figures: points are integers of hundredths, everything else a fraction; never a float."""

import re
from decimal import Decimal
from fractions import Fraction

_DECIMAL = re.compile(r"^-?\d{1,9}(\.\d{1,9})?$", re.ASCII)
_POINTS = re.compile(r"^-?\d{1,9}(\.\d{1,2})?$", re.ASCII)
MOST_GIVEN = 1_000_000
"""Points that are given stay below this; sums of them may pass it."""


def decimal_text(value: object) -> str:
    """A decimal given as text or as a JSON number (int, or Decimal as read from its text), as plain text.

    Raises ValueError for anything else, exponents that leave the plain range and more than nine places included.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("decimal")
    if isinstance(value, Decimal) and not (value.is_finite() and -12 < value.adjusted() < 12):
        raise ValueError("decimal")
    if isinstance(value, int) and abs(value) >= 10**9:
        raise ValueError("decimal")
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if not _DECIMAL.match(text) or text.endswith("\n"):
        raise ValueError("decimal")
    return text


def parse_points(value: object) -> int:
    """Points as given (text or JSON number, at most two places) as hundredths; ValueError otherwise."""
    text = decimal_text(value)
    if not _POINTS.match(text):
        raise ValueError("points")
    whole, _, places = text.partition(".")
    hundredths = int(whole.lstrip("-")) * 100 + int(places.ljust(2, "0"))
    return -hundredths if whole.startswith("-") else hundredths


def stored_points(text: str) -> int:
    """Points as ``format_points`` made them, as hundredths; ValueError for anything without two places."""
    if text[-3:-2] != ".":
        raise ValueError("points are not stored with two places")
    return int(text.replace(".", "", 1))


def format_points(hundredths: int) -> str:
    """Hundredths as the decimal text that goes out: ``"86.50"``."""
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def shown(hundredths: int | None) -> str | None:
    return None if hundredths is None else format_points(hundredths)


def round_half_up(numerator: int, denominator: int) -> int:
    """The nearest integer of a non-negative ratio, a half going up (denominator > 0)."""
    return (2 * numerator + denominator) // (2 * denominator)


def lowest_terms(numerator: int, denominator: int) -> str:
    """A ratio as text in lowest terms: ``"7/3"``, ``"7"``."""
    return str(Fraction(numerator, denominator))
