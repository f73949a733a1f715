"""Charts as SVG, made on the server: drawn with classes, said in words, and always beside a table of the same."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup, escape

from ledger.projections.moment import Row

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 12, 28
_STEP = 5


def bins(points: Sequence[str]) -> list[Row]:
    """How many points lie in each step of five from the lowest to the highest: ``from`` up to ``to``, it excluded."""
    if not points:
        return []
    floors = [int(Decimal(figure)) // _STEP * _STEP for figure in points]
    steps = range(min(floors), max(floors) + 1, _STEP)
    return [{"from": step, "to": step + _STEP, "count": floors.count(step)} for step in steps]


def histogram(found: Sequence[Row], title: str, description: str) -> Markup:
    """Columns, each with its count above and its lower bound below."""
    most = max(entry["count"] for entry in found)
    width = (WIDTH - LEFT - RIGHT) / len(found)
    shapes = []
    for number, entry in enumerate(found):
        height = (HEIGHT - TOP - BOTTOM - 16) * entry["count"] / most
        x, y = LEFT + number * width, HEIGHT - BOTTOM - height
        shapes.append(_rect("bar", x + 2, y, width - 4, height))
        shapes.append(_text("count", x + width / 2, y - 4, entry["count"] or ""))
        shapes.append(_text("tick", x, HEIGHT - 10, entry["from"]))
    shapes.append(_text("tick", LEFT + len(found) * width, HEIGHT - 10, found[-1]["to"]))
    shapes.append(_line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM))
    return _figure(title, description, shapes)


def trend(rows: Sequence[Row], title: str, description: str) -> Markup:
    """A line through the points of periods in order, broken where there are none; it ends with the last points."""
    until = max((number for number, row in enumerate(rows, 1) if row["points"] is not None), default=len(rows))
    labels = [row["period"] for row in rows[:until]]
    figures = [row["points"] for row in rows[:until]]
    known = [Decimal(figure) for figure in figures if figure is not None]
    low, high = (int(min(known)) // 10 * 10, -(-int(max(known) + 1) // 10) * 10) if known else (0, 100)
    step = (WIDTH - LEFT - RIGHT) / max(len(figures), 1)
    shapes = [shape for value in range(low, high + 1, 10) for shape in _level(value, _y(Decimal(value), low, high))]
    last: tuple[float, float] | None = None
    for number, (name, figure) in enumerate(zip(labels, figures, strict=True)):
        x = LEFT + (number + 0.5) * step
        if number % max(1, len(labels) // 8) == 0:
            shapes.append(_text("tick", x, HEIGHT - 10, name))
        if figure is None:
            last = None
            continue
        here = x, _y(Decimal(figure), low, high)
        if last is not None:
            shapes.append(_line("series", *last, *here))
        shapes.append(Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="3.5"/>').format(*here))
        last = here
    return _figure(title, description, shapes)


def _y(value: Decimal, low: int, high: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(value - low) / max(high - low, 1)


def _level(value: int, y: float) -> list[Markup]:
    return [_line("level", LEFT, y, WIDTH - RIGHT, y), _text("scale", LEFT - 6, y + 4, value)]


def _rect(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        kind, x, y, width, height
    )


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(kind, x1, y1, x2, y2)


def _text(kind: str, x: float, y: float, text: object) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, text)


def _figure(title: str, description: str, shapes: Sequence[Markup]) -> Markup:
    head = Markup("<title>{}</title><desc>{}</desc>").format(title, description)
    return Markup('<svg class="chart" role="img" aria-label="{}" viewBox="0 0 {} {}">{}{}</svg>').format(
        escape(f"{title}: {description}"), WIDTH, HEIGHT, head, Markup("").join(shapes)
    )
