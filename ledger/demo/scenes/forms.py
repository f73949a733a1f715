"""Forms: returned, refused, judged twice, withdrawn, late, over the cap, the cadre's own."""

from collections.abc import Callable
from datetime import datetime

from ledger.demo.plot import REVIEWER, Plot, after, in_month
from ledger.demo.principals import CADRE, CLERKS, OWN_CADRE

RETURNED, REFUSED, CAPPED = "500101-0005", "500101-0006", "500101-0007"
JUDGED_TWICE, WITHDRAWN, LATE = "500101-0031", "500101-0044", "500101-0057"


def _item(title: str, **more: object) -> dict[str, object]:
    return {"category": "重点工作", "title": f"{title}（示例）", **more}


def _accepted(*points: str) -> list[dict[str, object]]:
    return [{"item": index, "outcome": "accepted", "points": each} for index, each in enumerate(points)]


def _file(plot: Plot, when: datetime, cadre: str, month: str, *items: object, label: str = "", **more: object) -> str:
    """A form filed by the clerk, instead of the routine's."""
    plot.scripted.add((cadre, month))
    group = plot.people[cadre].group_in(month)
    assert group is not None
    return plot.append(when, CLERKS[group], cadre, "submitted", month, label, period=month, items=list(items), **more)


def _review(plot: Plot, when: datetime, cadre: str, form: str, verdicts: list[dict[str, object]]) -> str:
    label = (form, when.date().isoformat())
    return plot.append(when, REVIEWER, cadre, "reviewed", *label, submission=form, verdicts=verdicts)


def returned(plot: Plot) -> None:
    """An item is returned, amended with ``replaces`` and then accepted."""
    month = "2024-02"
    first = _file(plot, in_month(month, 12), RETURNED, month, _item("协调解决停车难"), _item("消防通道整治"))
    why = {"item": 1, "outcome": "returned", "reason": "请补充完成时间和佐证材料。"}
    _review(plot, in_month(month, 19), RETURNED, first, [*_accepted("1.00"), why])
    photo = {
        "name": "整治前后对比（示例）.jpg",
        "sha256": "5e" * 32,
        "size": 183_420,
        "media_type": "image/jpeg",
    }
    amended = _item("消防通道整治", done_on="2024-02-08", place="示例小区", evidence=[photo])
    replaces = {"submission": first, "item": 1}
    again = _file(plot, in_month(month, 23), RETURNED, month, amended, label="amended", replaces=replaces)
    _review(plot, after(month, 3), RETURNED, again, _accepted("1.50"))


def refused(plot: Plot) -> None:
    """One item of a form is accepted, the other refused."""
    month = "2024-03"
    form = _file(plot, in_month(month, 20), REFUSED, month, _item("老旧管网改造"), _item("例行值班"))
    no = {"item": 1, "outcome": "refused", "reason": "属日常职责，不作为重点工作加分。"}
    _review(plot, after(month, 3), REFUSED, form, [*_accepted("2.00"), no])


def judged_twice(plot: Plot) -> None:
    """A second verdict replaces the first."""
    month = "2024-04"
    form = _file(plot, in_month(month, 20), JUDGED_TWICE, month, _item("引进食品加工项目"))
    _review(plot, after(month, 3), JUDGED_TWICE, form, _accepted("3.00"))
    _review(plot, after(month, 8), JUDGED_TWICE, form, _accepted("1.50"))


def withdrawn(plot: Plot) -> None:
    """A form is withdrawn before any verdict."""
    month = "2024-04"
    form = _file(plot, in_month(month, 22), WITHDRAWN, month, _item("误报事项"))
    by, reason = CLERKS["small_towns"], "填报对象有误，撤回。"
    plot.append(in_month(month, 24), by, WITHDRAWN, "withdrawn", form, submission=form, reason=reason)


def late(plot: Plot) -> None:
    """A form comes after the closing day, but before the seal."""
    month = "2024-05"
    form = _file(plot, after(month, 7), LATE, month, _item("山洪灾害隐患点转移"))
    _review(plot, after(month, 8), LATE, form, _accepted("1.00"))


def capped(plot: Plot) -> None:
    """Accepted items come to more than the cap on key work."""
    month = "2024-06"
    items = [_item("盘活闲置厂房"), _item("高考护考保障"), _item("内涝点整治")]
    form = _file(plot, in_month(month, 20), CAPPED, month, *items)
    _review(plot, after(month, 3), CAPPED, form, _accepted("2.50", "2.00", "2.00"))


def own_form(plot: Plot) -> None:
    """A cadre files a form himself."""
    month = "2024-05"
    plot.scripted.add((OWN_CADRE, month))
    items = [_item("牵头化解征地纠纷")]
    form = plot.append(in_month(month, 21), CADRE, OWN_CADRE, "submitted", month, period=month, items=items)
    _review(plot, after(month, 3), OWN_CADRE, form, _accepted("1.00"))


SCENES: tuple[Callable[[Plot], None], ...] = (returned, refused, judged_twice, withdrawn, late, capped, own_form)
