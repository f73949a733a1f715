"""No way round the policy: every route asks who calls, and every command and query of the service asks the policy."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from api import pages
from api.dependencies import caller_of
from api.pages import provider, sign_in
from api.pages.routing import Pages, visitor_of
from api.routes import access, cadres, events, groups, log, operations, work
from ledger.service import (
    appending,
    changes,
    checking,
    checkpoints,
    consultations,
    drafts,
    feed,
    principals,
    queries,
    rounds,
    sheets,
    sign_ins,
    worklists,
)
from ledger.service import log as log_service
from tests.access.routes import routes
from tests.access.table import OPEN, PROVIDER, PUBLIC

CHECKS = ("check_read", "check_append", "check_run", "check_consult", "check_grant", "check_whole")
FREE = {"Queries.me", "Queries.view", "SignIns.open"}
"""Who asks is told who he is, and signed in as that; all others read through ``view``."""
SERVICE = (
    *(appending, changes, checking, checkpoints, consultations, drafts, feed, log_service),
    *(principals, queries, rounds, sheets, sign_ins, worklists),
)
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
    anybody = {*PUBLIC, *OPEN, *PROVIDER, *PROVIDER, *(f"{page}.json" for page in PUBLIC)}
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
ENTRY = (provider, sign_in)
SHOWN = [
    module
    for found in pkgutil.iter_modules(pages.__path__, "api.pages.")
    if isinstance(getattr(module := importlib.import_module(found.name), "router", None), Pages) and module not in ENTRY
]
"""The pages of who is signed in."""


@pytest.mark.parametrize("module", [*ROUTES, *SHOWN], ids=lambda module: str(module.__name__))
def test_routes_give_the_ledger_the_caller_and_nobody_else(module: ModuleType) -> None:
    assert without_caller(tree_of(module)) == []
    assert any(ast.unparse(call).startswith("ledger.") for call in calls(tree_of(module)))


def test_who_signs_in_says_who_he_is() -> None:
    """With a secret of his own, or a caller made of it."""
    assert {call for module in ENTRY for call in without_caller(tree_of(module))} == {
        "ledger.sign_ins.end(request.cookies.get(SESSION_COOKIE, ''))",
        "ledger.sign_ins.follow(code, correlation_id(request))",
    }


def test_what_is_public_asks_the_ledger_for_little() -> None:
    """Its position, and of the log what tells nothing of what is in it."""
    assert {call for module in (log, operations) for call in without_caller(tree_of(module))} == {
        *("ledger.queries.ready()", "ledger.queries.position()"),
        *("ledger.log.checkpoint()", "ledger.log.tile(path)"),
    }


def classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def methods(kind: ast.ClassDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The public methods of a class, with its name before theirs."""
    for node in kind.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield f"{kind.name}.{node.name}", node


def functions(tree: ast.Module) -> Functions:
    """The functions and methods of a module by name; a function inside another is a part of it."""
    known: Functions = {}
    for node in [*tree.body, *(inner for kind in classes(tree) for inner in kind.body)]:
        if isinstance(node, ast.FunctionDef):
            known.setdefault(node.name, []).append(node)
    return known


def asks_the_policy(function: ast.FunctionDef, known: Functions) -> bool:
    """Does a function call a check of the policy, itself or through others of its module?"""
    seen: set[str] = set()
    waiting: list[ast.AST] = [function]
    while waiting:
        body = waiting.pop()
        named = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)} | set(map(name_of, calls(body)))
        if named & set(CHECKS):
            return True
        waiting += [found for name in named - seen for found in known.get(name, ())]
        seen |= named
    return False


def takes_caller(method: ast.FunctionDef) -> bool:
    return "caller" in [argument.arg for argument in method.args.args]


def entrances(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The public methods of classes that take a caller."""
    return (found for kind in classes(tree) for found in methods(kind) if takes_caller(found[1]))


def unchecked(tree: ast.Module) -> list[str]:
    known = functions(tree)
    return [name for name, method in entrances(tree) if name not in FREE and not asks_the_policy(method, known)]


@pytest.mark.parametrize("module", SERVICE, ids=lambda module: str(module.__name__))
def test_every_command_and_query_asks_the_policy(module: ModuleType) -> None:
    assert list(entrances(tree_of(module)))
    assert unchecked(tree_of(module)) == []


def test_what_asks_no_policy_is_there() -> None:
    assert {name for module in SERVICE for name, _ in entrances(tree_of(module))} >= FREE


def test_what_takes_no_caller_is_known() -> None:
    """A public method of the service's classes that anybody may call without saying who asks, but by a secret."""
    kinds = [kind for module in SERVICE for kind in classes(tree_of(module))]
    assert {name for kind in kinds for name, method in methods(kind) if not takes_caller(method)} == {
        *(
            "Queries.together",
            "Queries.ready",
            "Queries.position",
            "Line.status",
            "Log.checkpoint",
            "Log.tile",
            "Log.proof",
        ),
        *("SignIns.find", "SignIns.follow", "SignIns.end", "Checking.close"),
    }


def test_a_way_round_would_be_found() -> None:
    """The lints see what they are for."""
    leaky = ast.parse(
        "class Queries:\n"
        "    def open(self, caller):\n        return _open(caller)\n"
        "    def good(self, caller):\n        return _good(caller)\n"
        "    def bad(self, caller):\n        def work():\n            return None\n        return work()\n"
        "    def kept(self, caller):\n        def work():\n            return _good(caller)\n        return work()\n"
        "def _open(caller):\n    return ledger.queries.access(other)\n"
        "def _good(caller):\n    check_read(caller, 'record')\n"
    )
    assert unchecked(leaky) == ["Queries.open", "Queries.bad"]
    assert without_caller(leaky) == ["ledger.queries.access(other)"]
    (livez,) = [route for _, route in routes() if route.path == "/livez"]
    assert not asks_who_calls(livez)
