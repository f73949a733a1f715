"""How a text is kept in two languages and filled with facts.

In a text ``{name}`` stands for a fact, and ``[…]`` for a part that is left out where one of its facts is missing. Facts
are rendered by their shape, so that no fact, whatever it is, can make a text fail.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from ledger import periods

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Both = tuple[str, str]
"""One text in each language, in the order of ``LANGUAGES``."""


@dataclass(frozen=True, slots=True)
class Problem:
    """The texts of a code: its ``title``, the ``detail`` of an occurrence, the ``explanation`` on the code's page."""

    title: Both
    detail: Both
    explanation: Both


SHOWN = 5
"""So many entries of a list are named; the problem document has them all."""

_COMMA: Both = ("、", ", ")
_SEMICOLON: Both = ("；", "; ")
_MORE: Both = (" 等 {count} 项", " and others ({count} in all)")

_ENTRIES: Mapping[str, Both] = {
    "rounds": ("[{group} ]{period}", "[{group} ]{period}"),
    "scores": ("[{cadre} ][{period} ]{indicator}", "[{cadre} ][{period} ]{indicator}"),
    "missing": ("[{cadre}：]{missing}", "[{cadre}: ]{missing}"),
}
"""How an entry of a list of that name reads, where entries are objects."""

_LACKS: Mapping[str, Both] = {
    "unreviewed": ("有报送事项未出审核意见", "submitted items without a verdict"),
    "no_value": ("没有任何评分", "no score at all"),
    "no_scheme": ("没有考核方案", "no scheme"),
    "no_members": ("考核组没有成员", "the group has no members"),
    "misfit": ("有评分不符合考核方案", "scores that do not fit the scheme"),
}
"""What keeps a round from being sealed; beside these it is a period or an indicator's code."""
_NOT_SEALED: Both = ("{code} 未审定封存", "{code} not sealed")
_NOT_SCORED: Both = ("指标 {code} 未评分", "indicator {code} not scored")
_MISFIT: Both = ("指标 {code} 的评分不符合考核方案", "scores of indicator {code} that do not fit the scheme")

_PART = re.compile(r"\[([^\[\]]*)\]")
_FACT = re.compile(r"\{(\w+)\}")


def said(both: Both, language: Language) -> str:
    return both[LANGUAGES.index(language)]


def fill(template: Both, language: Language, facts: Mapping[str, object]) -> str:
    """The text with its facts; a part whose facts are not all there is left out."""
    shown = {name: _shown(name, value, language) for name, value in facts.items()}

    def part(match: re.Match[str]) -> str:
        return match[1] if all(shown.get(name) for name in _FACT.findall(match[1])) else ""

    return _FACT.sub(lambda match: shown.get(match[1], ""), _PART.sub(part, said(template, language)))


def listed(entries: Collection[str], language: Language) -> str:
    """Entries one after the other; with semicolons where an entry is a list itself."""
    comma = said(_COMMA, language)
    return (said(_SEMICOLON, language) if any(comma in entry for entry in entries) else comma).join(entries)


def _shown(name: str, value: object, language: Language) -> str:
    match value:
        case None | "":
            return ""
        case str():
            return _lack(value, language) if name == "missing" else value
        case Mapping():
            entry = _ENTRIES.get(name)
            return fill(entry, language, value) if entry is not None else _shown(name, list(value.values()), language)
        case list() | tuple() | set() | frozenset():
            entries = [entry for entry in (_shown(name, part, language) for part in value) if entry]
            more = said(_MORE, language).format(count=len(entries)) if len(entries) > SHOWN else ""
            return listed(entries[:SHOWN], language) + more
        case _:
            return str(value)


def _lack(code: str, language: Language) -> str:
    if code in _LACKS:
        return said(_LACKS[code], language)
    if code.startswith("misfit:"):
        return said(_MISFIT, language).format(code=code.removeprefix("misfit:"))
    if periods.kind(code) is not None:
        return said(_NOT_SEALED, language).format(code=period_label(code, language))
    return said(_NOT_SCORED, language).format(code=code)


@lru_cache(4096)
def period_label(period: str, language: Language) -> str:
    """A period as people write it: 2025年3月, 2025年第1季度, 2025年; in English as it is."""
    kind = periods.kind(period)
    if language == "en" or kind is None:
        return period
    year, rest = period[:4], period[5:].lstrip("Q").lstrip("0")
    return f"{year}年" + {"month": f"{rest}月", "quarter": f"第{rest}季度", "year": ""}[kind]
