"""A scheme as a form: a field for each of its figures, named by its place, and a row for each indicator."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from api.pages.forms import Form
from ledger.projections.moment import Row

BLANKS = 3
"""Rows to fill in besides those that are there."""


class Field(NamedTuple):
    """A figure of a scheme; ``name``: its place, as a pointer without the first slash, ``how`` it is filled in."""

    name: str
    how: str = "figure"

    @property
    def part(self) -> str | None:
        return self.name.rpartition("/")[0].replace("annual/bands", "annual") or None

    @property
    def label(self) -> str:
        """What it is called in the catalogue."""
        return "case_after" if self.name == "last_place/quarters" else self.name.rpartition("/")[2]


FIELDS = (
    Field("title", "line"),
    Field("group_name", "line"),
    Field("key_work/cap"),
    Field("observation/cap"),
    *(Field(f"bands/{name}") for name in ("good", "fairly_good", "average")),
    Field("good_quota"),
    Field("ranking/minimum", "whole"),
    Field("ranking/minimum_months", "whole"),
    Field("ranking/last_on_tie", "yes_no"),
    Field("last_place/quarters", "whole"),
    Field("last_place/gap", "gap"),
    Field("filing/closes_on_day", "whole"),
    *(
        Field(f"duties/{name}", "whole")
        for name in ("feedback_days", "reminder_talk_days", "criticism_days", "adjustment_case_days")
    ),
    Field("duties/admonition_months", "whole"),
    Field("annual/routine_weight"),
    *(Field(f"annual/bands/{name}") for name in ("excellent", "competent", "basically_competent")),
    Field("annual/excellent_quota"),
)
COLUMNS = {
    "indicators": ("code", "kind", "name", "max", "raters", "from", "until", "unscored"),
    "annual/indicators": ("code", "kind", "name", "max", "raters", "unscored"),
}
"""The tables of a scheme: where they are, and what a row says of an indicator."""


def read(form: Form) -> Row:
    """The scheme that a form describes, without what is not filled in; it is checked where it is adopted."""
    scheme: Row = {"annual": {}}
    for field in FIELDS:
        text = form.text(field.name)
        if text is not None:
            _put(scheme, field.name, _value(field.how, text))
    for where in COLUMNS:
        _put(scheme, where, list(_rows(form, where)))
    return scheme


def filled(scheme: Row | None, blanks: int = BLANKS) -> Row:
    """A scheme as pages show it: the figures with their values, and the tables with so many empty rows more."""
    known = scheme or {}
    figures = [
        {**field._asdict(), "part": field.part, "label": field.label, "value": _at(known, field.name)}
        for field in FIELDS
    ]
    tables = []
    for where, columns in COLUMNS.items():
        rows = [*_indicators(known, where), *({} for _ in range(blanks))]
        tables.append({"where": where, "columns": columns, "rows": [_shown(row, columns) for row in rows]})
    return {"figures": figures, "tables": tables}


def moved_to(year: str, scheme: Row) -> Row:
    """A scheme of another year with the months of its indicators in this one."""
    moved = [
        {name: f"{year}{value[4:]}" if name in ("from", "until") else value for name, value in row.items()}
        for row in scheme["indicators"]
    ]
    return {**scheme, "indicators": moved}


def differences(was: Row, now: Row) -> list[Row]:
    """Every figure that differs: the part it stands in, the indicator it is about, and both values, None for none."""
    before, after = dict(_flat(was)), dict(_flat(now))
    places = [*before, *(place for place in after if place not in before)]
    rows = [row for scheme in (was, now) for where in COLUMNS for row in _indicators(scheme, where)]
    names = {row["code"]: row.get("name", row["code"]) for row in rows}
    return [
        {"part": part, "of": names.get(code or ""), "field": field, "was": before.get(place), "now": after.get(place)}
        for place in places
        for part, code, field in [place]
        if before.get(place) != after.get(place)
    ]


def _flat(scheme: Row) -> Iterator[tuple[tuple[str | None, str | None, str], object]]:
    """Part, indicator and field of each value."""
    for field in FIELDS:
        value = _at(scheme, field.name)
        if value is not None:
            yield (field.part, None, field.label), value
    for where, columns in COLUMNS.items():
        for row in _indicators(scheme, where):
            for name in columns[1:]:
                if row.get(name) is not None:
                    yield (where.partition("/")[0], row["code"], name), _text(row[name])


def _value(how: str, text: str) -> object:
    if how == "whole" and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return text == "true" if how == "yes_no" else text


def _rows(form: Form, where: str) -> Iterator[Row]:
    """The rows with a code, in order."""
    number = 0
    while form.has(f"{where}/{number}/code"):
        given = form.filled(*(f"{where}/{number}/{name}" for name in COLUMNS[where]))
        row: Row = {name.rpartition("/")[2]: text for name, text in given.items()}
        if "raters" in row:
            row["raters"] = _weights(row["raters"])
        if "code" in row:
            yield row
        number += 1


def _weights(text: str) -> dict[str, str]:
    """``leader=60 peer=40``, with commas or without."""
    parts = text.replace("，", " ").replace("、", " ").replace(",", " ").replace("＝", "=").split()
    return {rater: weight for rater, _, weight in (part.partition("=") for part in parts)}


def _shown(row: Row, columns: tuple[str, ...]) -> Row:
    return {name: _text(row.get(name)) for name in columns}


def _text(value: object) -> object:
    return " ".join(f"{rater}={weight}" for rater, weight in value.items()) if isinstance(value, dict) else value


def _indicators(scheme: Row, where: str) -> list[Row]:
    found: list[Row] | None = _at(scheme, where)
    return found or []


def _at(scheme: Row, name: str) -> Any:
    found: Any = scheme
    for part in name.split("/"):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _put(scheme: Row, name: str, value: object) -> None:
    *parts, last = name.split("/")
    for part in parts:
        scheme = scheme.setdefault(part, {})
    scheme[last] = value
