"""No way round the policy: every route asks who calls, and every command and query of the service asks the policy."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from api.dependencies import caller_of
from api.pages import cadres as cadre_pages
from api.pages import consultation, home, sign_in
from api.pages import groups as group_pages
from api.pages.routing import visitor_of
from api.routes import access, cadres, events, groups, operations, work
from ledger.service import appending, changes, consultations, feed, principals, queries, rounds, sign_ins, worklists
from tests.access.routes import routes
from tests.access.table import OPEN, PUBLIC

CHECKS = ("check_read", "check_append", "check_run", "check_consult", "check_grant")
FREE = {"me", "named", "view"}
"""Who asks is told who he is; ``named`` is for the log and ``view`` what the others read through."""
SERVICE = (appending, changes, consultations, feed, principals, queries, rounds, sign_ins, worklists)
Functions = dict[str, list[ast.AST]]


def asks_who_calls(route: Route) -> bool:
    """Does the endpoint depend on the caller, directly or through what it depends on?"""
    waiting: list[Any] = [route.dependant] if isinstance(route, APIRoute) else []
    while waiting:
        found = waiting.pop()
        if found.call in (caller_of, visitor_of):
            return True
        waiting += found.dependencies
    return False


@pytest.mark.parametrize(("method", "route"), list(routes()), ids=lambda given: getattr(given, "path", given))
def test_every_route_but_the_public_ones_asks_who_calls(method: str, route: Route) -> None:
    name = f"{method} {route.path}"
    anybody = {*PUBLIC, *OPEN, *(f"{page}.json" for page in PUBLIC)}
    assert asks_who_calls(route) == (name not in anybody)


def tree_of(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def without_caller(tree: ast.AST) -> list[str]:
    """Calls of the ledger's commands and queries that are not given the caller first."""
    return [
        ast.unparse(call)
        for call in calls(tree)
        if ast.unparse(call.func).startswith(("ledger.", "appending."))
        and name_of(call) != "result"
        and [ast.unparse(argument) for argument in call.args][:1] != ["caller"]
    ]


ROUTES = (access, cadres, events, groups, work)
SHOWN = (cadre_pages, consultation, group_pages, home)


@pytest.mark.parametrize("module", [*ROUTES, *SHOWN], ids=lambda module: str(module.__name__))
def test_routes_give_the_ledger_the_caller_and_nobody_else(module: ModuleType) -> None:
    assert without_caller(tree_of(module)) == []
    assert any(ast.unparse(call).startswith("ledger.") for call in calls(tree_of(module)))


def test_who_signs_in_says_who_he_is() -> None:
    """With a secret of his own, or a caller made of it."""
    assert set(without_caller(tree_of(sign_in))) == {
        "ledger.sign_ins.end(request.cookies.get(SESSION_COOKIE, ''))",
        "ledger.sign_ins.follow(code, correlation_id(request))",
    }


def test_public_operations_ask_the_ledger_for_its_position_only() -> None:
    assert set(without_caller(tree_of(operations))) == {"ledger.queries.ready()"}


def functions(tree: ast.Module) -> Functions:
    known: Functions = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            known.setdefault(node.name, []).append(node)
    return known


def asks_the_policy(name: str, known: Functions) -> bool:
    """Does a function call a check of the policy, itself or through others of its module?"""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in CHECKS:
            return True
        for body in known.get(one, ()) if one not in seen else ():
            named = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}
            waiting += [*named, *map(name_of, calls(body))]
        seen.add(one)
    return False


def entrances(tree: ast.Module) -> Iterator[str]:
    """The public methods of classes that take a caller."""
    for kind in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for method in (node for node in kind.body if isinstance(node, ast.FunctionDef)):
            takes = [argument.arg for argument in method.args.args]
            if "caller" in takes and not method.name.startswith("_"):
                yield method.name


def unchecked(tree: ast.Module) -> list[str]:
    known = functions(tree)
    return [name for name in entrances(tree) if name not in FREE and not asks_the_policy(name, known)]


@pytest.mark.parametrize("module", SERVICE, ids=lambda module: str(module.__name__))
def test_every_command_and_query_asks_the_policy(module: ModuleType) -> None:
    assert list(entrances(tree_of(module)))
    assert unchecked(tree_of(module)) == []


def test_what_takes_no_caller_is_known() -> None:
    """A public method of the service's classes that anybody may call without saying who asks, but by a secret."""
    free = {
        f"{kind.name}.{method.name}"
        for module in SERVICE
        for kind in tree_of(module).body
        if isinstance(kind, ast.ClassDef)
        for method in kind.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_")
        if "caller" not in [argument.arg for argument in method.args.args]
    }
    assert free == {"Queries.ready", "Line.status", "SignIns.find", "SignIns.follow", "SignIns.end"}


def test_a_way_round_would_be_found() -> None:
    """The lints see what they are for."""
    leaky = ast.parse(
        "class Queries:\n"
        "    def open(self, caller):\n        return _open(caller)\n"
        "    def good(self, caller):\n        return _good(caller)\n"
        "def _open(caller):\n    return ledger.queries.access(other)\n"
        "def _good(caller):\n    check_read(caller, 'record')\n"
    )
    assert unchecked(leaky) == ["open"]
    assert without_caller(leaky) == ["ledger.queries.access(other)"]
    (livez,) = [route for _, route in routes() if route.path == "/livez"]
    assert not asks_who_calls(livez)
