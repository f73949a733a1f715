"""Vacuuming, by hand and by PostgreSQL itself, holds up no append."""

import time

from ledger.projections.views import VIEWS
from tests.failures.cluster import Cluster, running, until
from tests.failures.load import Load, serving
from tests.http.serving import Server

SCHEMA = "vacuumed"
WRITERS = 8
SECONDS = 4.0
STALL = 1.0
EAGER = {"autovacuum_naptime": "1s", "autovacuum_vacuum_cost_delay": "0"}
_TABLES = ", ".join(f"{SCHEMA}.{table}" for table in ("events", "head", *VIEWS))


def worked(servers: list[Server], token: str, cluster: Cluster, *, vacuum: bool) -> float:
    """The longest append of some seconds, in seconds."""
    ends = time.monotonic() + SECONDS
    with Load(servers, token, WRITERS) as load:
        while time.monotonic() < ends:
            if vacuum:
                cluster.execute(f"VACUUM (FREEZE, ANALYZE) {_TABLES}")
            until(load.moves_on)
    return load.longest


def vacuums_of_head(cluster: Cluster) -> tuple[int, int]:
    """How often ``head`` was vacuumed, by hand and by PostgreSQL itself."""
    counts = f"SELECT vacuum_count, autovacuum_count FROM pg_stat_all_tables WHERE relid = '{SCHEMA}.head'::regclass"
    by_hand, by_itself = cluster.execute(counts)[0]
    return int(by_hand), int(by_itself)


def test_vacuum_stalls_no_append_for_a_second() -> None:
    with running(**EAGER) as cluster, serving(cluster.address(SCHEMA), 1) as (servers, token):
        cluster.execute(
            f"ALTER TABLE {SCHEMA}.head SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0)"
        )
        undisturbed = worked(servers, token, cluster, vacuum=False)
        longest = worked(servers, token, cluster, vacuum=True)
        until(lambda: min(vacuums_of_head(cluster)) > 0)
    assert longest < STALL + undisturbed, f"an append took {longest:.2f} s, {undisturbed:.2f} s without vacuum"
