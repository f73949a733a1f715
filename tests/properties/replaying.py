"""A record put together again from its changes alone, and what of a record its changes must come to."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]
Key = tuple[str, str | None, str | None]
_OF_THE_KEY = ("cadre", "period", "submission", "event", "kind")
_ACTS = ("talks", "criticisms", "waivers", "adjustments", "admonitions", "appeals")


def replayed(changes: Iterable[Row], rows: dict[Key, Row] | None = None) -> dict[Key, Row]:
    """The rows that the changes come to, applied in order to none or to these; each finds what it says was there."""
    found: dict[Key, Row] = {key: dict(row) for key, row in (rows or {}).items()}
    for change in changes:
        if change["part"] == "duties":
            continue  # two of one kind and period may follow each other: _check_duties
        row = found.setdefault((change["part"], change["period"], change["of"]), {})
        assert _value(row.get(change["field"])) == _value(change["was"]), change
        assert change["was"] != change["now"], change
        row[change["field"]] = change["now"]
    return _said(found)


def recorded(record: Row, submissions: Iterable[Row]) -> dict[Key, Row]:
    """The rows of a record, and of his forms, by the keys of changes."""
    found: dict[Key, Row] = {("postings", None, None): {"postings": record["postings"]}}
    found["postings", None, None] |= {"name": record["name"]}
    for part in ("months", "quarters", "years"):
        found |= {(part, row["period"], None): row for row in record[part]}
    for part in _ACTS:
        found |= {(part, row.get("period"), row["event"]): row for row in record[part]}
    found |= {("submissions", row["period"], row["submission"]): row for row in submissions}
    return _said(found)


def _value(value: Any) -> Any:
    """A value, or None for one that a new row holds without a change that says so."""
    return value or None


def _said(rows: dict[Key, Row]) -> dict[Key, Row]:
    """Only what is said, and only rows that say anything."""
    said = {
        key: {name: value for name, value in row.items() if name not in _OF_THE_KEY and _value(value) is not None}
        for key, row in rows.items()
    }
    return {key: row for key, row in said.items() if row}


def check_record(changes: list[Row], record: Row, submissions: Iterable[Row], events: Iterable[Row]) -> None:
    """The changes from the first on come to the record, but for rows that no event made: provisional ones."""
    _check_duties(changes, record["duties"])
    made, whole = replayed(changes), recorded(record, submissions)
    assert {key: whole.get(key) for key in made} == made
    periods = {event["data"].get("period") for event in events}
    for part, period, of in whole.keys() - made.keys():
        row = whole[part, period, of]
        assert part in ("months", "quarters", "years"), (part, period, of)
        assert row["state"] in ("not_ready", "open", "sealed", "reopened", "outdated")
        assert "revision" not in row or row.get("not_graded") == "not_assessed", row
        assert part != "months" or period not in periods, row


def _check_duties(changes: list[Row], duties: Iterable[Row]) -> None:
    """What opened, when it is due and what answered it: all that came, without what went, is what there is."""
    for field in ("opened_by", "answered_by", "due_on"):
        told = [change for change in changes if (change["part"], change["field"]) == ("duties", field)]
        balance = Counter(change["now"] for change in told)
        balance.subtract(Counter(change["was"] for change in told))
        there = Counter(duty[field] for duty in duties)
        assert {k: n for k, n in balance.items() if k and n} == {k: n for k, n in there.items() if k}, field
