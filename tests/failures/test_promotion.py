"""A synchronous standby takes over from a killed primary: the servers find it, nothing acknowledged is lost."""

import os
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager

import pytest

from ledger.aggregates.access import Granted
from ledger.errors import Unavailable
from ledger.service.ledger import Ledger, local_caller
from ledger.service.principals import Grant
from tests.failures.cluster import Cluster, address, running, until
from tests.failures.load import Load, check_whole, serving

PROMOTIONS = int(os.environ.get("LEDGER_TEST_PROMOTIONS", "1"))
WRITERS = 8


@contextmanager
def pair() -> Iterator[tuple[Cluster, Cluster]]:
    """A primary that runs, and a place for its standby."""
    with running() as primary, closing(Cluster()) as standby:
        yield primary, standby


def join(standby: Cluster, primary: Cluster) -> None:
    """From now on the primary's commits wait for this standby."""
    standby.follow(primary)
    standby.start()
    primary.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{standby.name}'")
    primary.execute("SELECT pg_reload_conf()")
    until(lambda: primary.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"))


def test_a_promoted_standby_has_everything_acknowledged() -> None:
    with pair() as (primary, standby):
        both = address("promoted", primary, standby, target_session_attrs="read-write")
        with serving(both, 2) as (servers, token), Load(servers, token, WRITERS) as load:
            for _ in range(PROMOTIONS):
                join(standby, primary)
                until(load.moves_on)
                primary.kill()
                standby.promote()
                primary, standby = standby, primary
                until(load.moves_on)
        told = list(load.receipts)
        assert check_whole(both, iter(told)) > PROMOTIONS * 50
        assert len(told) == len({receipt["id"] for receipt in told})


def test_a_commit_that_the_standby_did_not_confirm_is_not_acknowledged() -> None:
    with pair() as (primary, standby), Ledger(primary.address("unconfirmed")) as ledger:

        def grant(name: str) -> Future[Grant]:
            granted = Granted(name=name, role="organiser")
            return ledger.principals.grant(local_caller("tests", "tests"), granted)

        join(standby, primary)
        assert grant("before").result(60).principal == "before"
        standby.stop("immediate")
        waiting = grant("meanwhile")
        until(lambda: released(primary))
        with pytest.raises(Unavailable, match="standby"):
            waiting.result(60)
        standby.start()
        assert grant("after").result(60).principal == "after"


def released(primary: Cluster) -> bool:
    """End every wait for the standby, as a statement timeout does: PostgreSQL then tells its client of success."""
    return bool(primary.execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))
