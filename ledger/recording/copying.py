"""Copying a ledger from one database to another, event by event, bytes unchanged; also how a backup is made.

The copy can be broken off and begun again: what is there already is compared leaf by leaf with the source. Until it is
whole the target's views are marked as missing, so that nobody serves it.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from ledger.errors import Refusal
from ledger.projections.views import VIEWS
from ledger.proof.tree import Frontier, leaf_hash
from ledger.recording.codec import StoredRow
from ledger.recording.database import VIEWS_VERSION, Connection, Database
from ledger.recording.log import copy_checkpoints, keep_tiles, origin_before, rows_between, with_origins
from ledger.recording.tables import (
    NO_VIEWS,
    Head,
    copy_view,
    insert_rows,
    mark_views,
    move_head,
    read_head,
    read_served_head,
)

PAGE = 1_000
Page = list[tuple[StoredRow, str]]
"""Events, each with the origin that it stands under."""


class NotTheSame(Refusal):
    """The target holds other events than the source at the position named: it is another ledger's."""

    code = "log-diverged"


class Damaged(Refusal):
    """A stored event of the source does not have the leaf that stands beside it."""

    code = "log-diverged"


def copy(source: Database, target: Database, report: Callable[[int, int], None]) -> Head:
    """Copy a ledger; NotTheSame or Damaged if it cannot be, Unavailable if its views are another program's.

    ``report(done, of)`` is called as it goes on. The source is read at one moment, so it may be served meanwhile; the
    head of that moment is returned.
    """
    with source.read() as reading:
        whole = read_served_head(reading).head
        at = _common(reading, target)
        for page in _pages(reading, at.size, whole.size):
            at = _append(target, at, page)
            report(at.size, whole.size)
        if at.frontier.root() != whole.frontier.root():
            raise Damaged(position=whole.size)
        with target.write() as writing:
            for view in VIEWS:
                copy_view(reading, writing, view)
            copy_checkpoints(reading, writing)
            mark_views(writing, VIEWS_VERSION)
        return whole


def _common(reading: Connection, target: Database) -> Head:
    """The target's head, after checking that it is the beginning of the source."""
    with target.write() as writing:
        at = read_head(writing)
        mark_views(writing, NO_VIEWS)
    frontier = Frontier()
    for row in rows_between(reading, 0, at.size):
        frontier = frontier.append(bytes.fromhex(row.leaf))
    if frontier != at.frontier:
        raise NotTheSame(position=at.size)
    return at


def _pages(reading: Connection, after: int, to: int) -> Iterator[Page]:
    rows = with_origins(rows_between(reading, after, to), origin_before(reading, after))
    while page := list(islice(rows, PAGE)):
        yield page


def _append(target: Database, at: Head, page: Page) -> Head:
    frontier = at.frontier
    for row, origin in page:
        leaf = leaf_hash(row.entry(origin))
        if leaf.hex() != row.leaf:
            raise Damaged(position=row.position)
        frontier = frontier.append(leaf)
    rows = [row for row, _ in page]
    head = Head(rows[-1].recorded_at, frontier)
    with target.write() as writing:
        insert_rows(writing, rows)
        move_head(writing, at, head)
        keep_tiles(writing, head.size)
    return head
