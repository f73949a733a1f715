"""An explanation as JSON for people: each step with its label, a grade with its word."""

from dataclasses import asdict
from typing import Any

from ledger.projections.explanation.node import Node
from ledger.texts.labels import LABELS, label, word
from ledger.texts.steps import STEPS
from ledger.texts.wording import Language, fill


def described(node: Node, language: Language) -> dict[str, Any]:
    """A step and all below it; ``shown_label`` is the word for what is shown, where that is a grade."""
    facts = node.facts.items()
    # What is missing is put in words where the text is filled.
    worded = {
        name: value if name == "missing" else word(name, value, language, within=node.rule) for name, value in facts
    }
    graded = node.shown is not None and node.shown in LABELS["grade"]
    return {
        "rule": node.rule,
        "label": fill(STEPS[node.rule], language, worded),
        "exact": node.exact,
        "shown": node.shown,
        "shown_label": label("grade", str(node.shown), language) if graded else None,
        "facts": dict(node.facts),
        "event": asdict(node.event) if node.event is not None else None,
        "inputs": [described(entry, language) for entry in node.inputs],
    }
