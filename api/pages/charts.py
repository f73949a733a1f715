"""Charts as SVG, made on the server: drawn with classes, said in words, and always beside a table of the same."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType

from markupsafe import Markup, escape

from ledger.projections.moment import Row

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 12, 28
LABELS = 6
"""So many periods are written below a chart, or one in every few of them."""
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


def trend(
    rows: Sequence[Row],
    title: str,
    description: str,
    bands: Mapping[str, Row] = MappingProxyType({}),
    scale: tuple[int, int] | None = None,
) -> Markup:
    """A line through the points of periods in order, broken where there are none; it ends with the last points.

    ``bands``: by period the quartiles to draw behind it. ``scale``: lowest and highest points, where charts are
    to be compared.
    """
    until = max((number for number, row in enumerate(rows, 1) if row["points"] is not None), default=len(rows))
    found = rows[:until]
    behind = [bands.get(row["period"]) for row in found]
    low, high = scale or scale_of([*(row["points"] for row in found), *_ends(behind)])
    step = (WIDTH - LEFT - RIGHT) / max(len(found), 1)
    across = [LEFT + (number + 0.5) * step for number in range(until)]
    shapes = [shape for value in range(low, high + 1, 10) for shape in _level(value, _y(Decimal(value), low, high))]
    shapes += _bands(behind, across, low, high)
    every = max(1, -(-until // LABELS))
    shapes += [_text("tick", across[n], HEIGHT - 10, found[n]["period"]) for n in range(0, until, every)]
    heights = [_height(row["points"], low, high) for row in found]
    shapes += _path("series", across, heights)
    shapes += [_dot(x, y) for x, y in zip(across, heights, strict=True) if y is not None]
    return _figure(title, description, shapes)


def scale_of(figures: Sequence[str | None]) -> tuple[int, int]:
    """The tens below and above all figures."""
    known = [Decimal(figure) for figure in figures if figure is not None]
    return (int(min(known)) // 10 * 10, -(-int(max(known) + 1) // 10) * 10) if known else (0, 100)


def ranks(rows: Sequence[Row], title: str, description: str) -> Markup:
    """Of each period a line from the first place above to the last below, with a mark at one's own: ``rank/of``."""
    step = (WIDTH - LEFT - RIGHT) / max(len(rows), 1)
    top, bottom = TOP + 10, HEIGHT - BOTTOM
    shapes = []
    for number, row in enumerate(rows):
        x = LEFT + (number + 0.5) * step
        shapes.append(_text("tick", x, HEIGHT - 10, row["period"]))
        if row["rank"] is None:
            continue
        y = top + (bottom - top) * (row["rank"] - 1) / max(row["of"] - 1, 1)
        shapes.append(_line("track", x, top, x, bottom))
        shapes.append(_rect("lowest", x - 5, y - 5, 10, 10) if row["last"] else _dot(x, y))
        shapes.append(_text("beside", x + 9, y + 4, f"{row['rank']}/{row['of']}"))
    return _figure(title, description, shapes)


def _ends(bands: Sequence[Row | None]) -> list[str]:
    return [band[name] for band in bands if band is not None for name in ("lower", "upper")]


def _bands(bands: Sequence[Row | None], across: Sequence[float], low: int, high: int) -> list[Markup]:
    """The middle half of a group behind the line, a column each period, and a broken line through the medians."""
    if not any(bands):
        return []
    half = (across[1] - across[0]) / 2 if len(across) > 1 else (WIDTH - LEFT - RIGHT) / 2
    shapes = []
    for x, band in zip(across, bands, strict=True):
        if band is not None:
            upper, lower = (_y(Decimal(band[name]), low, high) for name in ("upper", "lower"))
            shapes.append(_rect("band", x - half, upper, 2 * half, max(lower - upper, 1)))
    medians = [_height(band["median"] if band is not None else None, low, high) for band in bands]
    return [*shapes, *_path("median", across, medians)]


def _path(kind: str, across: Sequence[float], heights: Sequence[float | None]) -> list[Markup]:
    """A line through the points that there are, broken where there are none."""
    points = list(zip(across, heights, strict=True))
    return [_line(kind, x1, y1, x2, y2) for (x1, y1), (x2, y2) in pairwise(points) if y1 is not None and y2 is not None]


def _height(figure: str | None, low: int, high: int) -> float | None:
    return _y(Decimal(figure), low, high) if figure is not None else None


def _dot(x: float, y: float) -> Markup:
    # shapes are numbers and classes of our own: there is nothing to escape, and a page has hundreds of them
    return Markup(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')


def _y(value: Decimal, low: int, high: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(value - low) / max(high - low, 1)


def _level(value: int, y: float) -> list[Markup]:
    return [_line("level", LEFT, y, WIDTH - RIGHT, y), _text("scale", LEFT - 6, y + 4, value)]


def _rect(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup(f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>')


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup(f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')


def _text(kind: str, x: float, y: float, text: object) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, text)


def _figure(title: str, description: str, shapes: Sequence[Markup]) -> Markup:
    head = Markup("<title>{}</title><desc>{}</desc>").format(title, description)
    return Markup('<svg class="chart" role="img" aria-label="{}" viewBox="0 0 {} {}">{}{}</svg>').format(
        escape(f"{title}: {description}"), WIDTH, HEIGHT, head, Markup("").join(shapes)
    )
