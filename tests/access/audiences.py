"""Which reader of the marked story comes upon which mark: the one table that the canaries are compared with.

``… opened`` reads under the consultation of ``AN`` that it opened; ``town`` organises one group, ``law`` the other,
``kin`` is an organiser who is ``AN`` himself, ``inspector`` an auditor of everything.
"""

from tests.access.marked import TOLD, mark

_WHOLE = "organiser kin inspector"
_FEED = "organiser town auditor auditor_opened inspector"
_RECORD = f"{_FEED} supervisor committee_opened"
_PERSON = f"{_RECORD} kin cadre"

SEEN: dict[str, str] = {
    # who is there
    f"{_PERSON} reviewer clerk committee": "name_an post_an ref_an scheme",
    f"{_FEED} kin reviewer committee committee_opened": (
        "name_bo post_bo ref_bo unit_bo cadre_bo name_late post_late ref_late unit_late cadre_late"
    ),
    f"{_WHOLE} law": "name_wang post_wang ref_wang unit_wang cadre_wang",
    f"{_PERSON} reviewer clerk committee admin": "cadre_an unit_an",
    # forms and verdicts
    f"{_PERSON} reviewer clerk": "category detail evidence place title verdict waiting withdrawn",
    f"{_FEED} kin reviewer": "waiting_bo seen_bo",
    # what raters gave, wrote and heard, and who they are
    f"{_RECORD} reviewer": "comment correction heard heard_at heard_how heard_in request_scored request_observed",
    f"{_RECORD} reviewer ": "code_0 code_1 code_2 code_leader",
    f"{_RECORD} {_WHOLE} reviewer admin": "who_scored who_observed",
    f"{_RECORD} reviewer clerk": "request_reviewed",
    f"{_RECORD} {_WHOLE} reviewer clerk admin": "who_reviewed",
    f"{_PERSON} admin": "who_talked",
    f"{_PERSON}": (
        "talk strengths improvements response held_by held_by_post noticed criticised request_talked grounds said "
        "document issued_by approved_by looked_back waived verified appeal answered answered_by decision_an annulled"
    ),
    f"{_PERSON} reviewer": "seen seen_at note_leave reopened",
    f"{_FEED} kin": "decision_bo criticised_bo adopted matter_both",
    # what few may know
    f"{_FEED}": "investigation note_other matter matter_audit",
    f"{_FEED} law kin": "matter_far request_consulted",
    f"{_FEED} law kin admin": "who_consulted",
    # access
    _WHOLE: "revocation who_left",
    f"{_WHOLE} admin": "issuer subject",
}
"""Marks by who sees them; nobody else does."""


def expected(reader: str) -> set[str]:
    """The marks that a reader sees."""
    found = {mark(name) for readers, names in SEEN.items() if reader in readers.split() for name in names.split()}
    return found | ({TOLD} if reader in _FEED.split() else set())


def known() -> set[str]:
    """Every mark of the table."""
    return {mark(name) for names in SEEN.values() for name in names.split()}
