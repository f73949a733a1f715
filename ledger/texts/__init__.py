"""What the ledger says to people when it refuses: the catalogue of problem texts, in Chinese and English."""

from ledger.texts.problems import CODES, explanation, problem_text
from ledger.texts.rules import rule_text
from ledger.texts.wording import LANGUAGES, Language

__all__ = ["CODES", "LANGUAGES", "Language", "explanation", "problem_text", "rule_text"]
