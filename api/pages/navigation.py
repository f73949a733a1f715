"""Where the header leads, and who is led there: each entry with the kind of answer (``Me.reads``) it takes."""

from ledger.projections.moment import Row

ENTRIES: tuple[tuple[str, str, str | None], ...] = (
    ("/", "nav_home", None),
    ("/cadres", "nav_cadres", "roster"),
    ("/groups", "nav_groups", "standings"),
)
"""Path, label, and what the role must be able to read."""


def entries(me: Row) -> list[tuple[str, str]]:
    return [(path, label) for path, label, kind in ENTRIES if kind is None or kind in me["reads"]]
