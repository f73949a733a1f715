import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core.core_schema import ErrorType

from ledger.aggregates.access import Granted
from ledger.aggregates.cadre_events import Submitted
from ledger.aggregates.scheme import Scheme
from ledger.errors import Invalid
from ledger.service.inputs import validate
from ledger.texts import CODES, LANGUAGES, Language, explanation, problem_text, rule_text
from ledger.texts.problems import PROBLEMS
from ledger.texts.rules import RULES
from ledger.texts.wording import Both

ROOT = Path(__file__).parents[1]
API = """
400 malformed 401 unauthenticated 403 forbidden own-record consultation-required
404 not-found unknown-cadre unknown-group unknown-event 405 method-not-allowed
409 already-registered already-scored already-reviewed period-sealed period-not-sealed period-not-ended
    round-not-ready decision-pending no-scheme not-posted departed id-reused
412 stale 413 too-large 415 unsupported-media-type
422 invalid not-appendable unknown-indicator unknown-rater points-out-of-range period-not-begun orphaned-scores
    as-of-too-recent
429 too-many-requests 500 internal 503 unavailable clock log-diverged
"""
API_CODES = sorted(re.findall(r"[a-z][a-z-]+", API))

FACTS: dict[str, object] = {
    "cadre": "500101-0007",
    "cadres": ["500101-0007", "500101-0008"],
    "event": "0198c0de-0000-7000-8000-000000000001",
    "group": "street",
    "least": "0.00",
    "limit": 65536,
    "missing": [{"cadre": "500101-0007", "missing": ["fiscal_operation", "unreviewed"]}],
    "most": "15.00",
    "period": "2025-03",
    "raters": ["leader", "peer"],
    "revision": 7,
    "rounds": [{"group": "street", "period": "2025-03"}, {"group": "town", "period": "2025-04"}],
    "scores": [{"cadre": "500101-0007", "event": "0198c0de", "period": "2025-03", "indicator": "fiscal_operation"}],
    "type": "sealed",
    "until": "2025-04-05",
    "version": 13,
    "year": "2025",
}
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{\w+\}")
OPTIONAL = re.compile(r"\[[^\[\]]*\]")


def check_language(text: str, language: Language) -> None:
    assert text
    assert (HAN.search(text) is not None) == (language == "zh"), text
    assert text.endswith("。" if language == "zh" else ".")


def check_filled(text: str, language: Language) -> None:
    """Nothing of the template shows, nothing is empty."""
    check_language(text, language)
    assert not re.search(r"[\[\]{}]|\( *\)|（ *）|None|  | [.。]$", text), text


def sources() -> Iterator[ast.AST]:
    for package in ("ledger", "api"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield from ast.walk(ast.parse(path.read_text("utf-8")))


def literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


CODE_ARGUMENT = {"FieldError": 1, "Invalid.at": 1, "Matching": 0, "checked": 0, "_refuse": 0, "PydanticCustomError": 0}


def field_codes() -> set[str]:
    """Every literal code of a field's rule in the sources."""
    found = set()
    for node in sources():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            index = CODE_ARGUMENT.get(ast.unparse(node.func))
            if index is not None and len(node.args) > index:
                found.add(literal(node.args[index]))
    return {code for code in found if code is not None}


def refusal_codes() -> set[str]:
    """Every literal ``code`` of a class in the sources."""
    found = set()
    for node in sources():
        for line in node.body if isinstance(node, ast.ClassDef) else ():
            targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
            if any(isinstance(target, ast.Name) and target.id == "code" for target in targets):
                found.add(literal(getattr(line, "value", None)))
    return {code for code in found if code is not None}


def is_known(code: str) -> bool:
    return rule_text(code, "en", {}) != rule_text("no_such_rule", "en", {})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted({*API_CODES, *CODES}))
def test_every_code_has_its_texts(code: str, language: Language) -> None:
    nothing: list[dict[str, object]] = [{}, dict.fromkeys(FACTS), dict.fromkeys(FACTS, ()), dict.fromkeys(FACTS, "")]
    for facts in (FACTS, *nothing):
        title, detail = problem_text(code, language, facts)
        assert (HAN.search(title) is not None) == (language == "zh")
        check_filled(detail, language)
    check_language(explanation(code, language), language)


def test_every_refusal_of_the_sources_is_in_the_catalogue() -> None:
    assert {"period-sealed", "stale", "consultation-required"} <= refusal_codes() <= set(CODES)


def test_every_field_rule_of_the_sources_has_a_text() -> None:
    codes = field_codes()
    assert {"month", "uuid", "weights_not_100", "no_such_item", "unknown_type"} <= codes
    assert sorted(code for code in codes if not is_known(code)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted({*RULES, *get_args(ErrorType), "no_such_rule"}))
def test_every_rule_reads_with_and_without_its_limits(code: str, language: Language) -> None:
    limits = dict.fromkeys(("max_length", "min_length", "ge", "le", "gt", "lt", "least", "most", "month"), "7")
    check_filled(rule_text(code, language, {}), language)
    check_filled(rule_text(code, language, {**limits, "expected": "'good', 'poor' or 'average'"}), language)


@pytest.mark.parametrize("both", [*(problem.detail for problem in PROBLEMS.values()), *RULES.values()])
def test_both_languages_name_the_same_facts_and_need_none(both: Both) -> None:
    chinese, english = (sorted(PLACEHOLDER.findall(text)) for text in both)
    assert chinese == english
    assert not PLACEHOLDER.search(OPTIONAL.sub("", both[0] + both[1]))


@pytest.mark.parametrize(
    ("model", "value"),
    [
        (Scheme, {"title": 1, "indicators": [], "bands": [], "ranking": {"minimum": 0, "last_on_tie": 1}, "more": 1}),
        (Scheme, {"title": "x" * 201, "indicators": [{"kind": "x", "max": "1e9", "raters": 1}], "annual": {}}),
        (Scheme, {"filing": {"closes_on_day": 32}, "last_place": {"quarters": "3"}, "good_quota": "x", "bands": None}),
        (Submitted, {"period": "2025-13", "items": [{}] * 101, "replaces": {"submission": "x", "item": 100}}),
        (Granted, {"name": " ", "role": 1, "units": [""], "cadre": "-", "key_hash": "x", "expires": "tomorrow"}),
    ],
)
def test_every_error_that_input_can_cause_has_a_text_of_its_own(model: Any, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        validate(model, value)
    assert [error.code for error in refused.value.errors if not is_known(error.code)] == []


@pytest.mark.parametrize(
    ("code", "language", "facts", "wanted"),
    [
        ("period-sealed", "zh", FACTS, "考核轮次（street 2025-03、town 2025-04）已审定封存"),
        ("period-sealed", "en", FACTS, "The round (street 2025-03, town 2025-04) is sealed"),
        ("period-sealed", "zh", {}, "考核轮次已审定封存"),
        ("period-sealed", "zh", {"rounds": [{"period": "2025-03"}]}, "考核轮次（2025-03）已审定封存"),
        ("round-not-ready", "zh", FACTS, "（500101-0007：指标 fiscal_operation 未评分、有报送事项未出审核意见）"),
        (
            "round-not-ready",
            "en",
            {"missing": [{"cadre": None, "missing": ["2025-Q1"]}, {"cadre": "c", "missing": ["2025-01", "misfit:a"]}]},
            "(2025-Q1 not sealed; c: 2025-01 not sealed, scores of indicator a that do not fit the scheme)",
        ),
        ("decision-pending", "en", {"cadres": list("abcdefg")}, "(a, b, c, d, e and others (7 in all))"),
        ("decision-pending", "zh", {"cadres": list("abcdefg")}, "（a、b、c、d、e 等 7 项）"),
        ("points-out-of-range", "zh", FACTS, "（0.00 至 15.00）"),
        ("points-out-of-range", "zh", {"most": "15.00"}, "超出该指标的范围。"),
        ("orphaned-scores", "en", FACTS, "standing scores (500101-0007 2025-03 fiscal_operation)."),
        ("too-large", "en", FACTS, "over the limit (65536)."),
    ],
)
def test_facts_are_told(code: str, language: Language, facts: dict[str, object], wanted: str) -> None:
    assert wanted in problem_text(code, language, facts)[1]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "misfit:", "unreviewed", "2025-03", "{cadre}", "[{"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(FACTS)), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(CODES),
    st.sampled_from(LANGUAGES),
    st.dictionaries(st.sampled_from(sorted(FACTS)), JSON, max_size=4),
)
def test_no_fact_whatever_it_is_makes_a_text_fail(code: str, language: Language, facts: dict[str, object]) -> None:
    title, detail = problem_text(code, language, facts)
    assert title
    assert detail


@pytest.mark.parametrize(
    "code", ["unknown-cadre", "unknown-event", "not-found", "unavailable", "id-reused", "forbidden"]
)
def test_what_was_asked_for_is_not_echoed(code: str) -> None:
    facts = dict.fromkeys(("cadre", "event", "id", "reason", "schema", "type"), "<told>")
    assert problem_text(code, "en", facts) == problem_text(code, "en", {})


def test_choices_are_listed_as_the_language_does() -> None:
    for expected in ("'good', 'poor' or 'average'", "good, poor, average"):
        assert rule_text("not_one_of", "zh", {"expected": expected}) == "请从规定的值中选填：good、poor、average。"
        assert rule_text("not_one_of", "en", {"expected": expected}).endswith(": good, poor, average.")


def test_an_unknown_code_is_none_of_the_catalogue() -> None:
    with pytest.raises(KeyError):
        problem_text("no-such-code", "zh", {})
