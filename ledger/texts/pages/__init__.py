"""The words of the pages, page by page; codes and names of fields have theirs in the other vocabularies."""

from collections.abc import Mapping

from ledger.texts.pages.common import COMMON
from ledger.texts.pages.compare import COMPARE
from ledger.texts.pages.duties import DUTIES
from ledger.texts.pages.groups import GROUPS
from ledger.texts.pages.history import HISTORY
from ledger.texts.pages.home import HOME
from ledger.texts.pages.own import OWN
from ledger.texts.pages.people import PEOPLE
from ledger.texts.pages.setup import SETUP
from ledger.texts.pages.sign_in import SIGN_IN
from ledger.texts.pages.verify import VERIFY
from ledger.texts.pages.work import WORK
from ledger.texts.wording import Both

_PARTS: tuple[Mapping[str, Both], ...] = (
    COMMON,
    SIGN_IN,
    HOME,
    PEOPLE,
    HISTORY,
    COMPARE,
    DUTIES,
    OWN,
    GROUPS,
    WORK,
    VERIFY,
    SETUP,
)

PAGES: Mapping[str, Both] = {key: both for part in _PARTS for key, both in part.items()}
"""No key stands in two parts."""
