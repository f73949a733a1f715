"""Progress of long work on a terminal, with rate and time left; nothing in a pipe."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Rate(ProgressColumn):
    """So many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


class Report(Protocol):
    """Told how much of how much is done (None: nobody knows), and of what if that changes."""

    def __call__(self, done: int, of: int | None, what: str = ..., /) -> None: ...


@contextmanager
def shown(what: str) -> Iterator[Report]:
    """A bar on standard error."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)

        def report(done: int, of: int | None, what: str = what, /) -> None:
            progress.update(task, description=what, completed=done, total=of)

        yield report
