"""``make bench``: every figure beside a yardstick of the same run, as a table and as JSON."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from tests.benchmarks import pages, proving, reading, rebuild
from tests.benchmarks.alone import ROOT
from tests.benchmarks.figures import Beside, Effort, Figure, Goal, Measure
from tests.benchmarks.ledgers import BACKENDS, FULL, QUICK, Size, ledgers

MEASURES: Mapping[str, Measure] = {
    "rebuild": rebuild.measure,
    "reading": reading.measure,
    "pages": pages.measure,
    "proving": proving.measure,
}
"""All measures; a new one takes a place here and in ``Only``."""
Only = Literal["rebuild", "reading", "pages", "proving"]
Backend = Literal["sqlite", "postgres", "both"]
WIDTH = 170
"""Of the table where it does not go to a terminal."""


def bench(
    folder: Path, sizes: Sequence[Size], backends: Sequence[str], measures: Iterable[Measure], effort: Effort
) -> list[Figure]:
    """Make the ledgers, measure them and write ``bench.json`` beside the folder they are kept in."""
    console = Console(stderr=True)
    figures: list[Figure] = []
    with console.status("making ledgers") as status, ledgers(folder, sizes, backends) as made:
        for measure in measures:
            for figure in measure(made, effort):
                figures.append(figure)
                status.update(f"{len(figures)} figures; the last: {figure.what} on {figure.backend}")
    folder.with_name("bench.json").write_text(json.dumps(_document(figures), ensure_ascii=False, indent=1))
    return figures


def _document(figures: Sequence[Figure]) -> dict[str, object]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "eventsourcing": version("eventsourcing"),
        "figures": [asdict(figure) for figure in figures],
    }


def table(figures: Sequence[Figure]) -> Table:
    shown = Table("measured", "on", "events", "figure", "beside it, in the same run", "goals")
    for figure in figures:
        shown.add_row(
            figure.what,
            figure.backend,
            f"{figure.events:,}",
            f"{_number(figure.value)} {figure.unit}",
            "\n".join(_beside(one) for one in figure.beside),
            "\n".join(_goal(goal) for goal in figure.goals),
        )
    return shown


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _beside(beside: Beside) -> str:
    return f"{beside.ratio:.2f} × {beside.what} ({_number(beside.value)})"


def _goal(goal: Goal) -> str:
    return f"[green]met[/] {goal.what}" if goal.met else f"[red]missed[/] {goal.what}"


def main(
    quick: Annotated[bool, typer.Option("--quick", help="a hundred thousand events only, not a million too")] = False,
    backend: Annotated[Backend, typer.Option(help="which database")] = "both",
    only: Annotated[Only | None, typer.Option(help="one measure only")] = None,
) -> None:
    """Measure the ledger on this machine. Goals are shown, not enforced: they are for one that does nothing else."""
    backends = BACKENDS if backend == "both" else (backend,)
    measures = MEASURES.values() if only is None else (MEASURES[only],)
    figures = bench(ROOT / "build" / "bench", QUICK if quick else FULL, backends, measures, Effort())
    Console(width=None if Console().is_terminal else WIDTH).print(table(figures))


if __name__ == "__main__":
    typer.run(main)
