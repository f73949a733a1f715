"""The benchmarks run from end to end on a small district, so that they cannot rot; no time is asserted."""

import json
from pathlib import Path
from typing import get_args

from rich.console import Console

from tests.benchmarks.__main__ import MEASURES, Only, bench, table
from tests.benchmarks.figures import Effort
from tests.benchmarks.ledgers import Size


def test_every_measure_gives_figures_on_a_ledger_that_is_kept(tmp_path: Path) -> None:
    folder, made = tmp_path / "bench", set()
    assert get_args(Only) == tuple(MEASURES)
    for measure in MEASURES.values():
        figures = bench(folder, (Size(1, 3),), ("sqlite",), (measure,), Effort(runs=1, repetitions=1))
        written = json.loads((tmp_path / "bench.json").read_text())
        assert len(written["figures"]) == len(figures) > 0
        assert all(figure.value > 0 and figure.beside and figure.goals for figure in figures)
        Console(quiet=True).print(table(figures))
        (note,) = folder.glob("*.json")
        made.add(note.stat().st_mtime_ns)
    assert len(made) == 1
