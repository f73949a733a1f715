"""A year of two groups in which every text, name and code is marked, to be looked for in what each role reads.

The town assesses ``AN`` and ``BO``, law assesses ``WANG``. ``AN`` is under investigation in March and from July to
September; his June is excused for a reason that is not told either.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ledger import periods
from ledger.aggregates.round import DecidedGrade, Reopened
from ledger.aggregates.scheme import Scheme
from ledger.service.inputs import validate
from ledger.service.ledger import local_caller
from ledger.settings import SigningFiles
from tests.failures.cluster import until
from tests.office import Office, indicator, scheme

MARK = re.compile(r"mk_[a-z0-9_]+?_km")
TOLD = "under_investigation"


def mark(name: str) -> str:
    """A text that stands nowhere else; fit for a name, an id, a code and a principal alike."""
    return f"mk_{name}_km"


AN, BO, WANG, LATE = (mark(f"cadre_{name}") for name in ("an", "bo", "wang", "late"))
UNITS = {AN: mark("unit_an"), BO: mark("unit_bo"), WANG: mark("unit_wang"), LATE: mark("unit_late")}
GROUPS = {AN: "town", BO: "town", WANG: "law", LATE: "town"}
SCORER, REVIEWER, OBSERVER, TALKER = (mark(f"who_{act}") for act in ("scored", "reviewed", "observed", "talked"))
TOWN = {"groups": ["town"]}
PRINCIPALS: dict[str, tuple[str, dict[str, Any]]] = {
    "organiser": ("organiser", {}),
    "town": ("organiser", TOWN),
    "law": ("organiser", {"groups": ["law"]}),
    "kin": ("organiser", {"cadre": AN}),
    "reviewer": ("reviewer", TOWN),
    "clerk": ("clerk", {"units": [UNITS[AN]]}),
    "supervisor": ("supervisor", {"units": [UNITS[AN]]}),
    "cadre": ("cadre", {"cadre": AN}),
    "committee": ("committee", TOWN),
    "auditor": ("auditor", TOWN),
    "inspector": ("auditor", {}),
    mark("who_consulted"): ("committee", {}),
    "admin": ("admin", {}),
    SCORER: ("reviewer", TOWN),
    REVIEWER: ("reviewer", TOWN),
    OBSERVER: ("reviewer", TOWN),
    TALKER: ("supervisor", {"units": [UNITS[AN]]}),
    mark("who_left"): ("clerk", {"units": ["一街道"]}),
}


def tell(database: str | Path, files: SigningFiles | None = None) -> dict[str, str]:
    """Write the story into a new ledger, and sign it with keys in these files; the tokens of its principals."""
    with Office(database, files) as office:
        for name, (role, scope) in PRINCIPALS.items():
            office.grant(name, role, **scope)
            asked = name.replace("_who_", "_request_")
            office.callers[name] = replace(office.callers[name], correlation_id=asked)
        office.grant("subject", "auditor", identity={"issuer": mark("issuer"), "subject": mark("subject")}, **TOWN)
        office.ledger.principals.revoke(office.callers["admin"], mark("who_left"), mark("revocation")).result()
        _found(office)
        for quarter in periods.quarters_of("2025"):
            _play(office, quarter)
        _acts(office)
        _end(office)
        if files is not None:
            _sign(office)
        return {name: str(caller.token) for name, caller in office.callers.items()}


def _found(office: Office) -> None:
    rated = indicator("rated", 40, raters={"leader": "60", "peer": "40"}, unscored="skip")
    wanted = validate(Scheme, scheme(title=mark("scheme"), indicators=[indicator("work", 60), rated]))
    office.ledger.rounds.adopt(office.callers["organiser"], "town", "2025", wanted, reason=mark("adopted")).result()
    office.adopt("law")
    for cadre in (AN, BO, WANG):
        _register(office, cadre, "2025-01")


def _register(office: Office, cadre: str, since: str) -> None:
    short = cadre.removeprefix("mk_cadre_").removesuffix("_km")
    office.append(
        cadre, "registered", name=mark(f"name_{short}"), unit=UNITS[cadre], post=mark(f"post_{short}"),
        group=GROUPS[cadre], since=since, refs={"hr": mark(f"ref_{short}")},
    )  # fmt: skip


def _play(office: Office, quarter: str) -> None:
    for month in periods.months_of(quarter):
        office.after(month)
        excused = (month in ("2025-03", "2025-07", "2025-08", "2025-09") and TOLD) or _EXCUSES.get(month)
        if excused:
            note = mark("investigation" if excused == TOLD else f"note_{excused}")
            office.append(AN, "excused", period=month, reason=excused, note=note)
        else:
            _score(office, month)
        office.score(BO, month, 30, by="reviewer")
        office.score(WANG, month, 70)
        if month == "2025-01":
            _facts(office)
        office.seal("town", month)
        office.seal("law", month)
    decided = {AN: "average", BO: "good"} if quarter == "2025-Q1" else {}
    reasons = {cadre: mark(f"decision_{'an' if cadre == AN else 'bo'}") for cadre in decided}
    office.ledger.rounds.seal(
        office.callers["town"], "town", quarter,
        {cadre: validate(DecidedGrade, {"grade": decided[cadre], "reason": reasons[cadre]}) for cadre in decided},
    ).result()  # fmt: skip
    office.seal("law", quarter)


_EXCUSES = {"2025-05": "leave", "2025-06": "other"}


def _score(office: Office, month: str) -> None:
    """Each rater class by few, but for the peers of January."""
    first = office.append(
        AN, "scored", by=SCORER, period=month, indicator="work", points="51.17", comment=mark("comment")
    )
    if month != "2025-01":
        return
    for number in range(3):
        scorer = mark(f"code_{number}")
        office.append(
            AN, "scored", by=SCORER, period=month, indicator="rated", rater="peer", scorer=scorer, points="31.19"
        )
    leader = mark("code_leader")
    office.append(
        AN, "scored", by=SCORER, period=month, indicator="rated", rater="leader", scorer=leader, points="37.23"
    )
    office.append(AN, "score_corrected", by=SCORER, score=first, points="53.29", reason=mark("correction"))


def _facts(office: Office) -> None:
    """January of AN, in which everything happened."""
    document = {"sha256": "a" * 64, "size": 1, "media_type": "text/plain"}
    item = {"category": mark("category"), "title": mark("title"), "detail": mark("detail"), "place": mark("place")}
    form = office.append(
        AN, "submitted", by="clerk", period="2025-01",
        items=[{**item, "evidence": [{"name": mark("evidence"), **document}]}, item],
    )  # fmt: skip
    verdicts = [
        {"item": 0, "outcome": "accepted", "points": "1.37"},
        {"item": 1, "outcome": "refused", "reason": mark("verdict")},
    ]
    office.append(AN, "reviewed", by=REVIEWER, submission=form, verdicts=verdicts)
    late = office.submit(AN, "2025-01", by="clerk")
    office.append(AN, "withdrawn", by="clerk", submission=late, reason=mark("withdrawn"))
    heard = {"channel": "public_opinion", "points": "-0.41", "observed_on": "2025-01-13", "period": "2025-01"}
    office.append(
        AN, "observed", by=OBSERVER, **heard, finding=mark("heard"), place=mark("heard_at"), method=mark("heard_how"),
        evidence=[{"name": mark("heard_in"), **document}],
    )  # fmt: skip
    seen = {"period": "2025-01", "channel": "frontline", "finding": mark("seen"), "place": mark("seen_at")}
    office.append(AN, "observed", by=OBSERVER, points="0.43", **seen)
    wrong = office.observe(AN, "2025-01", "0.10", by=OBSERVER)
    office.append(AN, "annulled", by=OBSERVER, event=wrong, reason=mark("annulled"))
    office.append(BO, "observed", by="reviewer", period="2025-01", channel="frontline", finding=mark("seen_bo"))


def _acts(office: Office) -> None:
    held_by = [{"name": mark("held_by"), "post": mark("held_by_post")}]
    basis: Any = {"document": mark("document"), "issued_by": mark("issued_by")}
    talk = office.append(
        AN, "talk_held", by=TALKER, period="2025-Q1", purpose="feedback", held_on="2026-01-06", summary=mark("talk"),
        held_by=held_by, strengths=mark("strengths"), improvements=mark("improvements"), response=mark("response"),
    )  # fmt: skip
    noticed = {"event": talk, "on": "2026-01-06", "method": "online", "comment": mark("noticed")}
    office.append(AN, "acknowledged", by="cadre", **noticed)
    office.append(AN, "criticised", by=TALKER, period="2025-Q1", held_on="2026-01-06", summary=mark("criticised"))
    decided: dict[str, Any] = {
        "decided_on": "2026-01-06",
        "grounds": mark("grounds"),
        "heard": mark("said"),
        "basis": basis,
    }
    admonished = office.append(AN, "admonished", form="talk", approved_by=mark("approved_by"), **decided)
    reviewed: dict[str, Any] = {"reviewed_on": "2026-01-06", "finding": mark("looked_back"), "closed": True}
    office.append(AN, "admonition_reviewed", admonition=admonished, **reviewed)
    office.append(AN, "admonition_waived", period="2025-Q2", reason=mark("waived"))
    office.append(AN, "adjustment_decided", period="2025-Q1", outcome="retained", verified=mark("verified"), **decided)
    office.talk(BO, "2025-Q1")
    office.append(BO, "criticised", period="2025-Q1", held_on="2026-01-06", summary=mark("criticised_bo"))
    appeal = office.append(AN, "appeal_lodged", by="cadre", period="2025-Q1", revision=1, grounds=mark("appeal"))
    office.append(AN, "appeal_lodged", by="cadre", period="2025-Q4", revision=1, grounds=mark("appeal"))
    answered = {"appeal": appeal, "outcome": "dismissed", "reason": mark("answered"), "decided_by": mark("answered_by")}
    office.append(AN, "appeal_decided", by="second", **answered)


def _sign(office: Office) -> None:
    ledger = office.ledger
    ledger.origins.create_key(local_caller("tests", "tests")).result()
    ledger.start_signing()
    until(lambda: ledger.log.proof(ledger.queries.position()))


def _end(office: Office) -> None:
    """A form that waits, a month opened again, and one who joined the town unheard of."""
    office.ledger.rounds.reopen(
        office.callers["organiser"], "town", "2025-12", Reopened(reason=mark("reopened"))
    ).result()
    waiting = {"category": mark("category"), "title": mark("waiting")}
    office.append(AN, "submitted", by="cadre", period="2025-12", items=[waiting])
    office.append(BO, "submitted", period="2025-12", items=[{"category": "项目", "title": mark("waiting_bo")}])
    _register(office, LATE, "2025-12")
