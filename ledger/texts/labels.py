"""The one catalogue of short labels, by vocabulary and code; every surface takes its words from here.

Codes that an office chooses itself (groups, indicators) are data and have their names there; of rater classes, which
have none, the usual ones have a word here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ledger.texts.fields import FIELDS
from ledger.texts.pages import PAGES
from ledger.texts.steps import STEPS
from ledger.texts.wording import Both, Language, fill, period_label, said
from ledger.texts.words import WORDS, Vocabulary

LABELS: Mapping[Vocabulary, Mapping[str, Both]] = {
    **WORDS,
    "field": FIELDS,
    "rule": {str(rule): both for rule, both in STEPS.items()},
    "page": PAGES,
}

_OF_FIELD: Mapping[str, Vocabulary] = {
    "type": "event_type",
    "state": "state",
    "duty.state": "duty_state",
    "submission.state": "submission_state",
    "duty.kind": "duty",
    "kind": "indicator_kind",
    "grade": "grade",
    "band": "grade",
    "computed_grade": "grade",
    "otherwise": "grade",
    "lowest": "grade",
    "reasons": "reason",
    "year.ceiling.reason": "reason",
    "not_assessed.reason": "not_graded",
    "excused": "excuse",
    "excused.reason": "excuse",
    "excuse.reason": "excuse",
    "departed": "departure",
    "departed.reason": "departure",
    "not_graded": "not_graded",
    "not_ranked": "not_ranked",
    "missing": "missing",
    "unscored": "unscored",
    "outcome": "verdict",
    "adjustment_decided.outcome": "adjustment",
    "appeal_decided.outcome": "appeal",
    "channel": "channel",
    "purpose": "talk",
    "consulted.purpose": "consultation",
    "method": "acknowledgement",
    "form": "admonition_form",
    "role": "role",
    "gap": "gap",
    "counted": "counted",
    "effect": "run_effect",
    "because": "run_reason",
    "rater": "rater",
}
"""The vocabulary of a field's codes; ``event_type.field`` (or ``rule.field``) where fields of one name differ."""

_PERIODS = ("period", "month", "quarter", "since", "from", "until")
"""Fields that hold a month, quarter or year."""
_CODED: Both = ("{missing}", "{missing}")
_NONE: Mapping[str, str] = MappingProxyType({})


def label(vocabulary: Vocabulary, code: str, language: Language) -> str:
    """The label of a code; the code itself where the catalogue has none."""
    both = LABELS[vocabulary].get(code)
    return said(both, language) if both is not None else code


def word(
    field: str, value: object, language: Language, *, within: str = "", names: Mapping[str, str] = _NONE
) -> str | None:
    """A field's value as people read it: a code's label, yes or no, any other text as it is; None for nothing.

    ``within``: the event type, rule or kind of row that the field stands in. ``names``: what an office calls codes of
    its own.
    """
    if value is None or isinstance(value, dict):
        return None
    if isinstance(value, bool):
        return label("answer", str(value).lower(), language)
    if isinstance(value, list | tuple):
        return said(("、", ", "), language).join(
            word(field, one, language, within=within, names=names) or "" for one in value
        )
    if field in _PERIODS:
        return period_label(str(value), language)
    vocabulary = _OF_FIELD.get(f"{within}.{field}") or _OF_FIELD.get(field)
    if vocabulary == "missing":
        return _lacking(str(value), language, names)
    text = names.get(str(value), str(value))
    return label(vocabulary, text, language) if vocabulary is not None else text


def _lacking(code: str, language: Language, names: Mapping[str, str]) -> str:
    """What is missing: a word of the catalogue, or a period or indicator as problems say it."""
    both = LABELS["missing"].get(code)
    how, colon, about = code.rpartition(":")
    named = how + colon + names.get(about, about)
    return said(both, language) if both is not None else fill(_CODED, language, {"missing": named})
