"""The interface described as one plain page, made from the OpenAPI document; loads nothing from anywhere."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code,pre{font:14px/1.4 ui-monospace,monospace;background:#f3f3f3;padding:.1rem .3rem}"
    "pre{padding:1rem;overflow:auto}summary{cursor:pointer;padding:.3rem 0}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}"
)

STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
"""What a content security policy allows it by."""


def page(title: str, language: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1>{body}</html>"
    )


def interface(document: dict[str, Any]) -> str:
    """Every operation with its parameters, body and answers, and every schema."""
    info = document["info"]
    operations = "".join(
        _operation(method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    )
    schemas = "".join(_schema(name, schema) for name, schema in document["components"]["schemas"].items())
    return page(
        f"{info['title']} {info['version']}",
        "en",
        f"<p>{escape(info['description'])} <a href='openapi.json'>openapi.json</a></p>"
        f"<h2>Operations</h2>{operations}<h2>Schemas</h2>{schemas}",
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = "".join(_parameters(operation)) + "".join(_answers(operation))
    return (
        f"<details><summary><code>{method.upper()} {escape(path)}</code> "
        f"{escape(operation.get('description', operation.get('summary', '')))}</summary>"
        f"<table>{rows}</table></details>"
    )


def _parameters(operation: dict[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", ()):
        text = escape(parameter.get("description", ""))
        yield f"<tr><td>{parameter['in']}<td><code>{escape(parameter['name'])}</code><td>{text}</tr>"
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<tr><td>body<td>{escape(media)}<td>{_link(content.get('schema', {}))}</tr>"


def _answers(operation: dict[str, Any]) -> Iterator[str]:
    for status, answer in operation.get("responses", {}).items():
        schemas = [content.get("schema", {}) for content in answer.get("content", {}).values()]
        links = ", ".join(filter(None, map(_link, schemas)))
        yield f"<tr><td>{status}<td>{escape(answer.get('description', ''))}<td>{links}</tr>"


def _link(schema: dict[str, Any]) -> str:
    name = schema.get("$ref", "").rpartition("/")[2]
    return f"<a href='#{escape(name)}'>{escape(name)}</a>" if name else ""


def _schema(name: str, schema: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code><td>{escape(_kind(found))}</tr>"
        for field, found in schema.get("properties", {}).items()
    )
    text = escape(schema.get("description", ""))
    return f"<h3 id='{escape(name)}'>{escape(name)}</h3><p>{text}</p><table>{rows}</table>"


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " | ".join(_kind(choice) for choice in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("pattern") or schema.get("format") or schema.get("type", "any"))
