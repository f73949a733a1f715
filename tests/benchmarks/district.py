"""A district made for measuring: groups of a hundred cadres whose months, quarters and years are worked and sealed.

Every figure goes in through the service as units' systems would send it, so that what is measured is a real ledger.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ledger import periods
from ledger.aggregates.access import Granted
from ledger.aggregates.scheme import Scheme
from ledger.service.credentials import Caller
from ledger.service.inputs import validate
from ledger.service.ledger import Ledger, local_caller
from ledger.service.view import Page

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_YEAR = 2020
MEMBERS = 100
SPECIFIC = 7
RATERS = ("leader", "peer", "public")
Line = dict[str, Any]


def group_name(number: int) -> str:
    return f"group_{number:02}"


def cadre_name(group: str, number: int) -> str:
    return f"{group}-{number:03}"


def story(months: int) -> list[str]:
    """So many months from the first on."""
    years, last = divmod(months - 1, 12)
    return periods.months_between(f"{FIRST_YEAR}-01", f"{FIRST_YEAR + years}-{last + 1:02}")


def sealed_on(month: str) -> datetime:
    """When a month is sealed, and the quarter and the year that end with it."""
    return datetime.combine(periods.last_day(month) + timedelta(days=6), time(9), ZONE)


def scheme(year: str) -> Scheme:
    integrity = {
        "code": "integrity",
        "kind": "common",
        "name": "廉洁自律",
        "max": "10",
        "raters": {"leader": "50", "peer": "30", "public": "20"},
    }
    specific = [
        {"code": f"specific_{n}", "kind": "specific", "name": f"个性指标{n}", "max": "15"} for n in range(SPECIFIC)
    ]
    review = {
        "code": "annual_review",
        "kind": "common",
        "name": "年度述职测评",
        "max": "100",
        "raters": {"leader": "60", "peer": "40"},
    }
    return validate(
        Scheme,
        {
            "title": f"{year}年平时考核方案（测试数据）",
            "indicators": [integrity, *specific],
            "bands": {"good": "90", "fairly_good": "80", "average": "60"},
            "annual": {
                "indicators": [review],
                "bands": {"excellent": "88", "competent": "70", "basically_competent": "60"},
            },
        },
    )


class District:
    """``play`` works so many groups for so many months; ``now`` is the story's own time."""

    def __init__(self, address: str, groups: int, months: int) -> None:
        self.groups = [group_name(number) for number in range(groups)]
        self.cadres = {group: [cadre_name(group, number) for number in range(MEMBERS)] for group in self.groups}
        self.months = story(months)
        self.now = datetime(FIRST_YEAR, 1, 1, 9, tzinfo=ZONE)
        self.ledger = Ledger(address, clock=lambda: self.now)
        granted = validate(Granted, {"name": "organiser", "role": "organiser"})
        self.token = self.ledger.principals.grant(local_caller("bench", "bench"), granted).result().token
        self.caller = Caller("bench", token=self.token)
        self._ids = count(1)

    def play(self, report: Callable[[str, int], None] = lambda month, position: None) -> None:
        """Work all months; ``report`` is told the position after each."""
        try:
            self._register()
            for month in self.months:
                self._month(month)
                report(month, self.ledger.queries.ready())
        finally:
            self.ledger.close()

    def _register(self) -> None:
        for group in self.groups:
            self._adopt(group, str(FIRST_YEAR))
            self._append(
                {
                    "cadre": cadre,
                    "type": "registered",
                    "name": f"样本{cadre[-3:]}",
                    "unit": f"样本单位{cadre[-2:]}",
                    "post": "主任",
                    "group": group,
                    "since": f"{FIRST_YEAR}-01",
                }
                for cadre in self.cadres[group]
            )

    def _adopt(self, group: str, year: str) -> None:
        self.ledger.rounds.adopt(self.caller, group, year, scheme(year)).result()

    def _month(self, month: str) -> None:
        if month.endswith("-01") and not month.startswith(str(FIRST_YEAR)):
            for group in self.groups:
                self._adopt(group, month[:4])
        self.now = sealed_on(month) - timedelta(days=3)
        for group in self.groups:
            self._append(line for cadre in self.cadres[group] for line in self._facts(cadre, month))
        self.now = sealed_on(month)
        quarter = periods.quarter_of(month)
        for group in self.groups:
            self._seal(group, month)
            if month == periods.months_of(quarter)[-1]:
                self._seal(group, quarter)
                self._append(self._talk(cadre, quarter) for cadre in self.cadres[group])
                self._remind(group)
        if month.endswith("-12"):
            self._year(month[:4])

    def _remind(self, group: str) -> None:
        """Hold the reminder talks that the seals called for."""
        found = self.ledger.worklists.duties(
            self.caller, Page(limit=500), state="due", kind="reminder_talk", group=group
        )
        self._append(self._talk(duty["cadre"], duty["period"], "reminder") for duty in found["items"])

    def _year(self, year: str) -> None:
        """Work a year and seal it; the last one stays ready to be sealed, which is when most look at it."""
        for group in self.groups:
            self._append(
                self._score(cadre, year, "annual_review", rater)
                for cadre in self.cadres[group]
                for rater in ("leader", "peer")
            )
            if year != self.months[-1][:4]:
                self._seal(group, year)

    def _seal(self, group: str, period: str) -> None:
        self.ledger.rounds.seal(self.caller, group, period, {}).result()

    def _facts(self, cadre: str, month: str) -> Iterator[Line]:
        form = self._id()
        items = [{"category": "重点项目", "title": f"{month}样本事项", "detail": "按期完成阶段性目标任务。"}]
        yield {"cadre": cadre, "type": "submitted", "id": form, "period": month, "items": items}
        verdicts = [{"item": 0, "outcome": "accepted", "points": f"{self._some(cadre, month, 9) % 200 / 100:.2f}"}]
        yield {"cadre": cadre, "type": "reviewed", "submission": form, "verdicts": verdicts}
        for rater in RATERS:
            yield self._score(cadre, month, "integrity", rater)
        for number in range(SPECIFIC):
            yield self._score(cadre, month, f"specific_{number}")

    def _score(self, cadre: str, period: str, indicator: str, rater: str | None = None) -> Line:
        most = {"integrity": 1000, "annual_review": 10000}.get(indicator, 1500)
        able = 70 + self._some(cadre, "", 0) % 20
        points = most * (able + self._some(cadre, period + indicator, 1) % 11) // 10000 * 100
        line = {"cadre": cadre, "type": "scored", "period": period, "indicator": indicator}
        return {**line, "points": f"{points / 100:.2f}", **({"rater": rater} if rater is not None else {})}

    def _talk(self, cadre: str, quarter: str, purpose: str = "feedback") -> Line:
        held_on = self.now.date().isoformat()
        summary = "肯定成绩，指出不足，明确下季度重点。"
        talk = {"cadre": cadre, "type": "talk_held", "period": quarter, "purpose": purpose}
        return {**talk, "held_on": held_on, "summary": summary}

    def _some(self, cadre: str, what: str, salt: int) -> int:
        """A number that looks like chance and is always the same."""
        return sum((place + 7) * ord(letter) ** 2 for place, letter in enumerate(f"{cadre}{what}{salt}")) // 7

    def _id(self) -> str:
        return str(UUID(int=next(self._ids)))

    def _append(self, lines: Iterator[Line]) -> None:
        encoded = (json.dumps(line, ensure_ascii=False).encode() for line in lines)
        refused = [outcome for outcome in self.ledger.appending.append_lines(self.caller, encoded) if outcome.refusal]
        assert not refused, refused[0].refusal
