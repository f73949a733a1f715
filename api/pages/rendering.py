"""From a page's data to HTML or to its JSON twin: the templates see the data and nothing else of the ledger."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.pages import charts, marks, navigation, static, words
from api.pages.requests import is_twin, page_at, page_language, path_of, twin_at
from ledger.demo.plot import ORIGIN as SAMPLE
from ledger.projections.moment import Row
from ledger.texts import Language
from ledger.texts.labels import LABELS, label, word
from ledger.texts.pages import PAGES
from ledger.texts.wording import fill, period_label

CARRIED = ("consultation", "at", "as_of")
"""Parameters that links keep: the moment that is shown, and the consultation it is read under."""
HEADERS = {"Referrer-Policy": "same-origin", "Vary": "Accept-Language, Cookie"}
"""Without a referrer browsers would not say either that a form was sent from a page of ours."""


class _Templates(Environment):
    """In templates ``data.items`` is the entry, never the method of the dictionary."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict | Mapping):  # dict first, for that is told at once
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


_templates = _Templates(
    loader=PackageLoader("api.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(charts=charts, static=static.address, new_id=lambda: str(uuid4()))


class Shown:
    """Shows pages for one request; ``me``: who is signed in, None for anybody."""

    def __init__(self, request: Request, me: Row | None = None) -> None:
        self._request = request
        self._me = me
        self.language: Language = page_language(request)

    def __call__(self, name: str, data: Row, status: int = 200) -> Response:
        """The page of a template with its data, or the data alone where the twin was asked for."""
        if is_twin(self._request):
            return JSONResponse(data, status, HEADERS)
        html = _templates.get_template(f"{name}.html").render(data=data, **self._frame())
        tag = "zh-CN" if self.language == "zh" else "en"
        return HTMLResponse(html, status, {**HEADERS, "Content-Language": tag})

    def _frame(self) -> dict[str, Any]:
        """What is around a page's data: words, addresses, and the header."""
        language, me, query = self.language, self._me, self._request.query_params
        zone = ZoneInfo(me["ledger"]["time_zone"] if me is not None else "UTC")
        done = query.get("done", "")
        return {
            "language": language,
            "me": me,
            "sample": me is not None and me["ledger"]["origin"] == SAMPLE,
            "past": "at" in query or "as_of" in query,
            "done": f"done_{done}" if f"done_{done}" in PAGES else None,
            "navigation": navigation.entries(me) if me is not None else [],
            "here": path_of(self._request),
            "here_with": self.here_with,
            "twin": self._url(twin_at(path_of(self._request)), self._asked()),
            "query": dict(query),
            "t": partial(_text, language),
            "label": lambda vocabulary, code: label(vocabulary, _known(vocabulary, code), language),
            "word": partial(_word, language),
            "period": lambda code: period_label(code, language),
            "day": lambda text: words.day(text, language),
            "moment": lambda text: words.moment(text, language, zone),
            "url": self.url,
            "plain_url": self.plain_url,
            **marks.marks(language),
        }

    def here_with(self, **changed: object) -> str:
        """The address of this page with some parameters changed, or left out if None."""
        return self._url(path_of(self._request), {**self._asked(), **changed})

    def _asked(self) -> dict[str, object]:
        query = self._request.query_params
        return {name: query.getlist(name) for name in query}

    def url(self, path: str, **query: object) -> str:
        """The address of a path of ours, with what links carry; a parameter that is None is left out."""
        carried = {name: self._request.query_params.get(name) for name in CARRIED}
        return self._url(page_at(path), {**carried, **query})

    def plain_url(self, path: str, **query: object) -> str:
        """The address of a path of ours that carries nothing on."""
        return self._url(page_at(path), query)

    def _url(self, path: str, query: dict[str, object]) -> str:
        kept = {name: value for name, value in query.items() if value is not None}
        root = self._request.scope.get("root_path", "")
        return f"{root}{quote(path)}" + (f"?{urlencode(kept, doseq=True)}" if kept else "")


def _text(language: Language, key: str, **facts: object) -> str:
    """A text of the catalogue of pages, with its facts. KeyError if there is none."""
    return fill(PAGES[key], language, facts)


def _known(vocabulary: Any, code: str) -> str:
    if code not in LABELS[vocabulary]:
        raise KeyError(f"{vocabulary}.{code}")
    return code


def _word(
    language: Language, field: str, value: object, within: str = "", names: Mapping[str, str] | None = None
) -> str:
    """A value as people read it; a dash for nothing. ``names``: what the office calls codes of its own."""
    return word(field, value, language, within=within, names=names or {}) or "–"
