"""Templates say nothing of their own: every word comes from the catalogue, and every word of the catalogue is used."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from api.pages import rendering
from ledger.texts.labels import LABELS
from ledger.texts.pages import _PARTS, PAGES

PAGES_FOLDER = Path(rendering.__file__).parent
TEMPLATES = sorted((PAGES_FOLDER / "templates").glob("*.html"))
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:|https?://", re.IGNORECASE)


def parsed(template: Path) -> nodes.Template:
    return Environment().parse(template.read_text())


def calls(template: Path, function: str) -> list[nodes.Call]:
    found = parsed(template).find_all(nodes.Call)
    return [call for call in found if isinstance(call.node, nodes.Name) and call.node.name == function]


def keys(template: Path) -> set[str]:
    """The labels that a template names; those of the navigation and of ``done`` are named in Python."""
    named = (call.args[0] for call in calls(template, "t"))
    return {str(key.value) for key in named if isinstance(key, nodes.Const)}


def words(template: Path) -> list[str]:
    """Text outside tags, comments and expressions that somebody would have to translate."""
    data = "".join(part.data for part in parsed(template).find_all(nodes.TemplateData))
    shown = re.sub(r"<[^>]*>", " ", data)
    return re.findall(r"[A-Za-z\u4e00-\u9fff]{2,}", shown)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_has_no_words_of_its_own_and_nothing_inline(template: Path) -> None:
    assert words(template) == []
    assert INLINE.findall(template.read_text()) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_names_only_labels_that_there_are(template: Path) -> None:
    assert sorted(keys(template) - set(PAGES)) == []
    for call in calls(template, "label"):
        vocabulary, code = call.args[:2]
        if isinstance(vocabulary, nodes.Const) and isinstance(code, nodes.Const):
            assert code.value in LABELS[vocabulary.value]


def test_every_label_of_the_pages_is_used() -> None:
    named = {key for template in TEMPLATES for key in keys(template)}
    sources = "".join(path.read_text() for path in PAGES_FOLDER.glob("*.py"))
    texts = {str(node.value) for node in ast.walk(ast.parse(sources)) if isinstance(node, ast.Constant)}
    done = {f"done_{text}" for text in texts}
    assert sorted(set(PAGES) - named - texts - done) == []


def test_no_label_stands_twice() -> None:
    assert sum(map(len, _PARTS)) == len(PAGES)


def test_a_word_or_a_style_in_a_template_would_be_found(tmp_path: Path) -> None:
    """The lints see what they are for."""
    template = tmp_path / "bad.html"
    template.write_text("<p style='x'>{{ t('sign_in') }} Points 得分 {{ t('unheard_of') }}</p>")
    assert words(template) == ["Points", "得分"]
    assert keys(template) == {"sign_in", "unheard_of"}
    assert INLINE.search(template.read_text())
