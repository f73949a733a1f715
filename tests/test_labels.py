"""The catalogue of labels is whole: every code that the program can say has a word in both languages."""

import ast
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from api import documents
from ledger import periods
from ledger.aggregates.envelope import BY_NAME
from ledger.assessment.year import GradedQuarter, YearInput, ceilings
from ledger.projections.explanation import Rule
from ledger.recording import codec  # noqa: F401 (it registers all types of event)
from ledger.recording.sign_ins import Kind as SignInKind
from ledger.texts.labels import LABELS, label, word
from ledger.texts.steps import STEPS
from ledger.texts.wording import LANGUAGES, Both, Language, fill, period_label
from ledger.texts.words import Vocabulary
from tests.test_texts import HAN, OPTIONAL, PLACEHOLDER, sources

ALL = [(vocabulary, code, both) for vocabulary, labels in LABELS.items() for code, both in labels.items()]
TECHNICAL: tuple[tuple[Any, ...], ...] = (get_args(Language), get_args(Vocabulary), get_args(SignInKind))
"""Enumerations that no surface shows."""


def models_of(annotation: Any, known: set[Any] | None = None) -> set[type[BaseModel]]:
    """The models in an annotation, and all inside them."""
    found = set() if known is None else known
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in found:
        found.add(annotation)
        for field in annotation.model_fields.values():
            models_of(field.annotation, found)
    for argument in get_args(annotation):
        models_of(argument, found)
    return found


def choices(annotation: Any) -> Iterator[str]:
    """The codes of the enumerations in an annotation, those of models inside it left out."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for argument in get_args(annotation):
            yield from choices(argument)


def coded_fields() -> Iterator[tuple[str, str, str]]:
    """Event type, field and code of everything that an event's fields enumerate."""
    for name, type_ in BY_NAME.items():
        for model in models_of(type_.data):
            for field, info in model.model_fields.items():
                for code in choices(info.annotation):
                    yield name, info.alias or field, code


def enumerations() -> Iterator[tuple[str, ...]]:
    """Every ``Literal[…]`` of texts in the sources."""
    for node in sources():
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
            yield (
                tuple(code for code in ast.literal_eval(node.slice) if isinstance(code, str))
                if isinstance(node.slice, ast.Tuple)
                else (ast.literal_eval(node.slice),)
            )


def field_names() -> set[str]:
    """Of all events' data and of all answers."""
    answers = [shape for shape in vars(documents).values() if isinstance(shape, type) and issubclass(shape, BaseModel)]
    technical = {documents.Problem, documents.FieldProblem}
    models = {model for shape in answers if shape not in technical for model in models_of(shape)}
    models |= {model for type_ in BY_NAME.values() for model in models_of(type_.data)}
    return {info.alias or name for model in models for name, info in model.model_fields.items()}


@pytest.mark.parametrize(("vocabulary", "code", "both"), ALL, ids=[f"{entry[0]}.{entry[1]}" for entry in ALL])
def test_a_label_is_there_in_both_languages(vocabulary: Vocabulary, code: str, both: Both) -> None:
    chinese, english = both
    assert HAN.search(chinese)
    assert english.strip()
    assert not HAN.search(english)
    assert sorted(PLACEHOLDER.findall(chinese)) == sorted(PLACEHOLDER.findall(english))
    assert not PLACEHOLDER.search(OPTIONAL.sub("", chinese + english))
    assert [label(vocabulary, code, language) for language in LANGUAGES] == [chinese, english]
    assert all(fill(both, language, {}) for language in LANGUAGES)


def test_every_vocabulary_is_there_and_every_type_of_event_rule_and_kind_of_period() -> None:
    assert set(LABELS) == set(get_args(Vocabulary))
    assert set(LABELS["event_type"]) == set(BY_NAME)
    assert set(STEPS) == set(get_args(Rule))
    assert set(LABELS["period"]) == set(get_args(periods.Kind))


def test_every_enumeration_of_the_sources_has_a_vocabulary() -> None:
    found = set(enumerations())
    assert {("due", "overdue", "done", "withdrawn"), ("break", "bridge"), ("not_assessed",)} <= found
    without = [
        codes for codes in found - set(TECHNICAL) if not any(labels.keys() >= set(codes) for labels in LABELS.values())
    ]
    assert without == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_in_an_event_has_the_word_of_its_field(language: Language) -> None:
    found = list(coded_fields())
    assert {("excused", "reason", "leave"), ("reviewed", "outcome", "returned"), ("adopted", "gap", "break")} <= {
        *found
    }
    words = [both[LANGUAGES.index(language)] for _, _, both in ALL]
    assert [entry for entry in found if word(entry[1], entry[2], language, within=entry[0]) not in words] == []


def test_every_field_has_a_name() -> None:
    assert {"last_place_run", "excellent_quota", "sha256", "by_scorer", "from"} <= field_names()
    assert sorted(field_names() - set(LABELS["field"])) == []


def test_the_reasons_of_a_year_have_words() -> None:
    quarters = [GradedQuarter(f"2025-Q{n}", "town", 0, "poor", str(n)) for n in (1, 2)]
    codes = [code for code, _, _ in ceilings(YearInput(quarters, (0, 1), ["admonished"]))]
    assert len(codes) == 5
    assert {*codes, "quota", "short_service"} == set(LABELS["reason"])


@pytest.mark.parametrize(
    ("field", "value", "within", "chinese", "english"),
    [
        ("reason", "leave", "excused", "请假", "leave"),
        ("reason", "retired", "departed", "退休", "retired"),
        ("reason", "因故更正", "score_corrected", "因故更正", "因故更正"),
        ("grade", "fairly_good", "", "较好", "fairly good"),
        ("band", "incompetent", "", "不称职", "incompetent"),
        ("state", "reopened", "", "已重开", "reopened"),
        ("state", "overdue", "duty", "逾期", "overdue"),
        ("kind", "adjustment_case", "duty", "研究组织调整", "adjustment case"),
        ("kind", "special", "", "专项", "special"),
        ("outcome", "dismissed", "appeal_decided", "驳回", "dismissed"),
        ("not_graded", "under_investigation", "", "正在接受调查", "under investigation"),
        (
            "reasons",
            ["quota", "admonished"],
            "",
            "超出名额、年度内受到诫勉",
            "no place left, admonished within the year",
        ),
        ("last", True, "", "是", "yes"),
        ("last", False, "", "否", "no"),
        ("rank", 3, "", "3", "3"),
        ("points", "87.31", "", "87.31", "87.31"),
        ("missing", "unreviewed", "", "有报送事项未出审核意见", "submitted items without a verdict"),
        ("missing", "no_scheme", "", "没有考核方案", "no scheme"),
        ("missing", "fiscal", "", "指标 fiscal 未评分", "indicator fiscal not scored"),
        ("missing", "2025-03", "", "2025年3月 未审定封存", "2025-03 not sealed"),
        ("missing", "misfit:a", "", "指标 a 的评分不符合考核方案", "scores of indicator a that do not fit the scheme"),
        ("since", "2025-03", "", "2025年3月", "2025-03"),
        ("grade", "unheard_of", "", "unheard_of", "unheard_of"),
    ],
)
def test_words_of_values(field: str, value: object, within: str, chinese: str, english: str) -> None:
    assert [word(field, value, language, within=within) for language in LANGUAGES] == [chinese, english]


def test_codes_of_an_office_have_the_names_it_gave_them() -> None:
    names = {"fiscal": "财政运行"}
    assert word("missing", ["fiscal", "misfit:fiscal", "unreviewed"], "zh", names=names) == (
        "指标 财政运行 未评分、指标 财政运行 的评分不符合考核方案、有报送事项未出审核意见"
    )
    assert word("indicator", "fiscal", "en", names=names) == "财政运行"
    assert [word("rater", code, "zh") for code in ("peer", "chosen_here")] == ["同级", "chosen_here"]


def test_nothing_has_no_word() -> None:
    assert word("grade", None, "zh") is None
    assert word("scheme", {"group": "town"}, "zh") is None


def test_periods_read_as_people_write_them() -> None:
    assert [period_label(period, "zh") for period in ("2025-03", "2025-11", "2025-Q3", "2025")] == [
        *("2025年3月", "2025年11月", "2025年第3季度", "2025年")
    ]
    assert period_label("2025-Q3", "en") == "2025-Q3"
    assert period_label("-", "zh") == "-"


FIXED = {
    ("event_type", "sealed"): "审定封存",
    ("event_type", "reopened"): "重开",
    ("event_type", "excused"): "当月不计",
    ("field", "round"): "考核轮次",
    ("field", "standings"): "组内排名",
    ("field", "duties"): "待办事项",
    ("field", "ledger"): "考核台账",
    ("field", "position"): "台账序号",
    ("grade", "good"): "好",
    ("grade", "poor"): "较差",
    ("grade", "basically_competent"): "基本称职",
}
"""Words that all surfaces and documents agreed on."""


def test_fixed_words() -> None:
    assert {key: LABELS[key[0]][key[1]][0] for key in FIXED} == FIXED  # type: ignore[index]
