"""The style sheet keeps to what Chromium 87 knows, the script to ECMAScript 2019, as the browsers of intranets do.

What is forbidden are rules that such a browser drops whole, values it shows otherwise, and code it stops at; a
declaration that it passes over without harm (``accent-color``) is not.
"""

import re

import pytest

from api.pages.static import _FILES

YOUNGER = {
    "style.css": {
        "selectors": (r":(?:has|is|where|not\([^)]*[,\s])", "a:has(b), a:is(b), a:where(b), a:not(b, c)"),
        "nesting": (r"^\s*&|\{[^{}]*&", "a { color: red; & b { color: blue } }"),
        "at-rules": (r"@(?:container|layer|scope|property|starting-style|view-transition)", "@layer base;"),
        "ranges of media": (r"@media[^{]*[<>]", "@media (width > 40em) {}"),
        "margin boxes of paper": (r"@(?:top|bottom|left|right)-[a-z]", "@page { @bottom-center {} }"),
        "units": (r"\d(?:[dsl]v(?:[hwib]|min|max)|cq(?:[whib]|min|max)|lh|rlh|cap)\b", "a { height: 100dvh }"),
        "colours": (r"\b(?:color-mix|oklch|oklab|lab|lch|hwb|color|light-dark)\(", "a { color: oklch(1 0 0) }"),
        "arithmetic": (r"\b(?:sin|cos|tan|round|mod|rem|abs|sign|pow|sqrt)\(", "a { width: round(1px, 2px) }"),
        "sizes and shapes": (r"\b(?:aspect-ratio|subgrid|masonry|inset-inline|inset-block)\b", "a { aspect-ratio: 1 }"),
        "single transforms": (r"[{;]\s*(?:translate|rotate|scale)\s*:", "a { rotate: 1deg }"),
        "clipping": (r"overflow(?:-[xy])?\s*:\s*clip", "a { overflow: clip }"),
    },
    "ledger.js": {
        "assignments": (r"\?\?=|\|\|=|&&=", "a ??= b"),
        "optional steps": (r"\?\.(?!\d)|\?\?", "a?.b"),
        "fields of classes": (r"#[a-z]\w*\s*[=;(]|\bstatic\s*\{|\bstatic\s+\w+\s*=", "class A { #b = 1; }"),
        "numbers": (r"\b\d+_\d|\b\d+n\b", "1_000"),
        "await outside": (r"^await\b", "await a();"),
        "imports": (r"\bimport\(|\bimport\.meta|\bglobalThis\b", "import('a')"),
        "methods": (
            r"\.(?:at|replaceAll|matchAll|toSorted|toReversed|toSpliced|with|findLast|findLastIndex)\(",
            "a.replaceAll('b', 'c')",
        ),
        "functions of objects": (
            r"\b(?:Object\.(?:hasOwn|groupBy)|Promise\.(?:any|allSettled|withResolvers)|Array\.fromAsync)\b",
            "Object.hasOwn(a, 'b')",
        ),
        "functions of browsers": (
            r"\b(?:structuredClone|randomUUID|checkVisibility|canParse|showPopover|AbortSignal\.(?:timeout|any))\b",
            "structuredClone(a)",
        ),
    },
}
"""What is younger and how it is written, with an example."""
CASES = [(name, *found) for name, kinds in YOUNGER.items() for found in kinds.values()]


def code(text: str) -> str:
    """A file without its comments and quoted texts."""
    without = re.sub(r"/\*.*?\*/|(?m:(?<!:)//.*$)", "", text, flags=re.DOTALL)
    return re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', without)


@pytest.mark.parametrize(("name", "pattern", "example"), CASES)
def test_nothing_younger_is_used(name: str, pattern: str, example: str) -> None:
    younger = re.compile(pattern, re.MULTILINE)
    assert younger.search(code(example))
    assert younger.findall(code(_FILES[name].decode())) == []
