"""An explanation at a glance: the figure as a sum or mean of a few others, and the scheme that it rests on."""

from collections.abc import Iterator

from ledger.projections.moment import Row

_TERMS = {
    "month.points": {"month.base": "base", "key_work": "key_work", "observation": "observation"},
    "quarter.points": {"quarter.month": "month"},
    "year.points": {"year.routine": "quarters", "year.evaluation": "annual"},
}
"""Which inputs of a figure are its terms, and by which field each is called."""


def equation(step: Row) -> Row | None:
    """The terms of a month, quarter or year with their weights, and by how many they are divided; None without any."""
    named = _TERMS.get(step["rule"], {})
    terms = [
        {
            "of": named[part["rule"]],
            "period": part["facts"].get("month"),
            "weight": part["facts"].get("weight"),
            "shown": part["shown"],
        }
        for part in step["inputs"]
        if part["rule"] in named
    ]
    if step["shown"] is None or not terms or any(term["shown"] is None for term in terms):
        return None
    divided = len(terms) if step["rule"] == "quarter.points" and len(terms) > 1 else None
    return {"terms": terms, "divided": divided, "shown": step["shown"]}


def scheme(step: Row) -> Row | None:
    """The scheme's version and the event of its adoption."""
    found = next((part for part in _walk(step) if "scheme" in part["facts"]), None)
    return {**found["facts"]["scheme"], "event": found["event"]} if found is not None else None


def _walk(step: Row) -> Iterator[Row]:
    yield step
    for part in step["inputs"]:
        yield from _walk(part)
