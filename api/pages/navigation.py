"""Where the header leads, and who is led there: each entry with the kind of answer (``Me.reads``) it takes."""

from ledger import periods
from ledger.projections.moment import Row

ENTRIES: tuple[tuple[str, str, str | None], ...] = (
    ("/", "nav_home", None),
    ("/own", "nav_own", "own"),
    ("/cadres", "nav_cadres", "roster"),
    ("/compare", "nav_compare", "others"),
    ("/duties", "nav_duties", "duties"),
    ("/groups", "nav_groups", "standings"),
    ("/periods/{month}/submissions", "nav_submissions", "forms"),
    ("/review", "nav_review", "scores"),
    ("/verify", "nav_verify", "ledger"),
    ("/access", "nav_access", "access"),
)
"""Path, label, and what the role must be able to read (``own``: a record of his own, ``others``: that of others);
``month`` is the one that ended last."""


def entries(me: Row) -> list[tuple[str, str]]:
    month = periods.previous(me["date"][:7])
    own = {"own"} if me["cadre"] is not None else set()
    others = {"others"} if "record" in me["reads"] and me["role"] != "cadre" else set()
    reads = {None, *me["reads"], *own, *others}
    return [(path.format(month=month), label) for path, label, kind in ENTRIES if kind in reads]
