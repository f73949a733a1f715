"""The sheets on which a month is worked: the units' forms, the scores of a group, and how near its rounds are."""

from collections.abc import Iterable, Iterator

from ledger import periods
from ledger.aggregates.cadre import Cadre
from ledger.aggregates.facts import Facts, Score
from ledger.aggregates.registers import cohort, scheme_for
from ledger.aggregates.scheme import Scheme
from ledger.assessment.standing import group_of
from ledger.errors import Invalid, NotFound
from ledger.points import format_points
from ledger.policy import (
    Actor,
    check_read,
    may_score,
    reading_as,
    sees_cadre,
    sees_group,
    sees_period,
    shown_data,
    shown_reason,
    shown_submission,
)
from ledger.projections.moment import Row
from ledger.recording.tables import placeholders
from ledger.service import allowed
from ledger.service.credentials import Caller
from ledger.service.queries import Queries
from ledger.service.standings import group_name
from ledger.service.view import Page, View

LOOKED_AT = 24
"""So many rounds, the oldest, are asked what they lack."""


class Sheets:
    """What is filled in together: each sheet shows what is there, so that only the rest need be entered."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    def forms(self, caller: Caller, month: str, page: Page, unit: str | None = None) -> Row:
        """Who may be submitted for in a month, with his forms, unit by unit; pages by unit."""
        with self._queries.view(caller) as view:
            check_read(view.actor, "forms")
            if periods.kind(month) != "month":
                raise Invalid.at("/period", "month")
            posted: dict[str, list[Row]] = {}
            for person in _posted(view, month):
                if unit in (None, person["unit"]) and person["unit"] > page.cursor:
                    posted.setdefault(person["unit"], []).append(person)
            items: list[Row] = [{"unit": name, "people": posted[name]} for name in sorted(posted)[: page.limit + 1]]
            _add_submissions(view, month, [person for item in items for person in item["people"]])
            return {"period": month, **view.listed(items, page, "unit")}

    def scores(self, caller: Caller, group: str, period: str, page: Page, scorer: str | None = None) -> Row:
        """The scores of a month or year: people by indicators and rater classes, those of one scorer apart.

        ``scorer``: whose scores are entered, the principal if nobody is named. The principal's own record is left out.
        """
        with self._queries.view(caller) as view:
            check_read(view.actor, "scores")
            view.check_group(group)
            registers, kind = view.reading.registers, periods.kind(period)
            version = scheme_for(registers, group, period)
            if version is None or kind == "quarter":
                raise NotFound()
            columns = list(_columns(view.actor, version.scheme, period))
            people = [cadre for cadre in _assessed(view, group, period) if cadre > page.cursor][: page.limit + 1]
            known = view.reading.months(people, period, whole=True)
            entering = scorer or view.actor.principal
            rows = [_row(view, known[cadre], period, columns, entering) for cadre in people]
            return {
                "group": group,
                "name": group_name(registers, group),
                "period": period,
                "state": view.moment.states(group, period),
                "scorer": entering,
                "columns": columns,
                **view.listed(rows, page, "cadre"),
            }

    def rounds(self, caller: Caller, period: str) -> Row:
        """How near each group's round of a period is to its seal.

        ``waiting``: how many members lack something, of a month; ``parts``: the group's months or quarters not sealed.
        """
        with self._queries.view(caller) as view:
            check_read(view.actor, "progress")
            registers = view.reading.registers
            groups = [group for group in registers.groups() if sees_group(view.actor, group)]
            seen = sees_period(view.actor, periods.kind(period))
            items = [_nearness(view, group, period) for group in groups if seen]
            rounds = [item for item in items if item["members"]]
            return {"period": period, "items": rounds, "next": None, **view.speaks_for()}

    def to_seal(self, caller: Caller, most: int) -> Row:
        """The rounds of this year and the last that wait for a seal: those that lack nothing first, then the oldest.

        ``more``: how many there are beside those that are listed.
        """
        with self._queries.view(caller) as view:
            check_read(view.actor, "progress")
            waiting = list(_to_seal(view))
            looked_at = (_nearness(view, group, period) for group, period in waiting[:LOOKED_AT])
            found = [row for row in looked_at if row["members"]]
            items = sorted(found, key=lambda row: bool(row["waiting"] or row["parts"]))[:most]
            more = len(waiting[LOOKED_AT:]) + len(found) - len(items)
            return {"items": items, "more": more, **view.speaks_for()}

    def indicators(self, caller: Caller, group: str | None = None) -> dict[str, str]:
        """What a group's schemes, or all in scope, call their indicators, by code; of several names the newest."""
        with self._queries.view(caller) as view:
            check_read(view.actor, "schemes")
            found: dict[str, str] = {}
            known = list(view.reading.structure.schemes)
            for code, year in sorted(known, key=lambda scheme: scheme[1]):
                history = view.reading.registers.schemes(code, year)
                if history is not None and group in (None, code) and sees_group(view.actor, code):
                    scheme = history.newest.scheme
                    found |= {entry.code: entry.name for entry in (*scheme.indicators, *scheme.annual.indicators)}
            return found


def _to_seal(view: View) -> Iterator[tuple[str, str]]:
    """Group and period of the rounds that the actor may seal, the oldest first."""
    registers = view.reading.registers
    groups, year = registers.groups(), periods.year_of(periods.month_of(view.moment.date))
    for period in reversed([*periods.within(year), *periods.within(periods.previous(year))]):
        for group in groups:
            state = view.moment.states(group, period)
            if state == "sealed" or scheme_for(registers, group, period) is None:
                continue
            if "seal" in allowed.with_round(view, group, period, state):
                yield group, period


def _posted(view: View, month: str) -> Iterator[Row]:
    """The cadres posted in a month and in scope by that posting, by id."""
    registers = view.reading.registers
    for cadre in sorted(view.reading.structure.names):
        posting = registers.postings(cadre).in_force(month)
        if posting is not None and posting.group is not None and sees_cadre(view.actor, cadre, posting):
            sealed = view.moment.states(posting.group, month) == "sealed"
            yield {
                "cadre": cadre,
                "name": registers.name(cadre),
                "unit": posting.unit,
                "post": posting.post,
                "group": posting.group,
                "sealed": sealed,
                "submissions": [],
            }


def _add_submissions(view: View, month: str, people: list[Row]) -> None:
    by_cadre = {person["cadre"]: person for person in people}
    everybody = len(by_cadre) > len(view.reading.structure.names) // 2
    named = [] if everybody else list(by_cadre)
    among = "" if everybody else f"AND cadre IN ({placeholders(named)})"
    for row in view.reading.view("submissions", f"period = ? {among} ORDER BY key", month, *named):
        if row["cadre"] in by_cadre:
            by_cadre[row["cadre"]]["submissions"].append(shown_submission(view.actor, row))


def _assessed(view: View, group: str, period: str) -> Iterator[str]:
    """Whose scores of the period count in the group, in scope, by id."""
    registers, months = view.reading.registers, periods.months_of(period)
    for cadre in cohort(registers, group, period):
        seen = sees_cadre(view.actor, cadre, registers.postings(cadre).last_in(months))
        if seen and cadre != view.actor.cadre and group_of(registers, cadre, period) == group:
            yield cadre


def _columns(actor: Actor, scheme: Scheme, period: str) -> Iterator[Row]:
    for indicator in scheme.of_period(period):
        for rater in indicator.raters or (None,):
            yield {
                "indicator": indicator.code,
                "rater": rater,
                "name": indicator.name,
                "kind": indicator.kind,
                "max": format_points(indicator.most),
                "unscored": indicator.when_unscored,
                "mine": may_score(actor, indicator.code),
            }


def _row(view: View, cadre: Cadre, period: str, columns: Iterable[Row], scorer: str) -> Row:
    facts, actor = cadre.facts_of(period), reading_as(view.actor, cadre.id)
    excuse = facts.excuse()
    scores = list(facts.standing_scores())
    return {
        "cadre": cadre.id,
        "name": view.reading.registers.name(cadre.id),
        "excused": shown_reason(actor, excuse.data.reason) if excuse is not None else None,
        "cells": [_cell(scores, column, scorer) for column in columns],
        "facts": list(_observed_and_excused(actor, facts)),
    }


def _cell(scores: list[Score], column: Row, scorer: str) -> Row:
    """The scorer's own standing score, and those of others."""
    here = [
        score for score in scores if (score.data.indicator, score.data.rater) == (column["indicator"], column["rater"])
    ]
    own = next((score for score in here if score.scorer == scorer), None)
    return {
        "event": own.event if own is not None else None,
        "points": format_points(own.points) if own is not None else None,
        "corrected": own is not None and own.correction is not None,
        "others": [
            {"scorer": score.scorer, "points": format_points(score.points)} for score in here if score is not own
        ],
    }


def _observed_and_excused(actor: Actor, facts: Facts) -> Iterator[Row]:
    """Observations and the excuse that stand, as the actor may see them."""
    for observation in facts.standing_observations():
        data = observation.data.model_dump(mode="json", exclude_none=True)
        yield {"type": "observed", "event": observation.event, **shown_data(actor, "observed", data)}
    excuse = facts.excuse()
    if excuse is not None:
        data = excuse.data.model_dump(mode="json", exclude_none=True)
        yield {"type": "excused", "event": excuse.event, **shown_data(actor, "excused", data)}


def _nearness(view: View, group: str, period: str) -> Row:
    state, waiting = view.moment.states(group, period), 0
    parts: tuple[str, ...] = ()
    if periods.kind(period) == "month":
        waiting = sum(row["state"] == "not_ready" for row in view.rows.standings(group, period))
    elif periods.kind(period) == "quarter":
        parts = periods.months_of(period)
    else:
        parts = periods.quarters_of(period)
    return {
        "group": group,
        "name": group_name(view.reading.registers, group),
        "period": period,
        "state": state,
        "members": len(cohort(view.reading.registers, group, period)),
        "waiting": waiting,
        "parts": [part for part in parts if view.moment.states(group, part) != "sealed"],
        "allowed_actions": allowed.with_round(view, group, period, state),
    }
