"""The structure is what the README says: rooms, imports, one access rule a route, no route that writes on a GET."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from common.contracts.base import Event, Refusal
from common.runtime.app import create_app
from common.runtime.routes import Route, names_person
from common.runtime.rules import Rule
from common.runtime.timers import Timer
from onedoor.contracts import ROOT, catalogue, services

SERVICES = services()
TOP = {"services", "libs", "deploy", "tests", "docs", "docker-compose.yml", "README.md"}
PAPERS = {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "publiccode.yml"}
TOOLING = {".ci", ".gitignore", "Makefile", "conftest.py", "pyproject.toml", "uv.lock"}


def routes() -> Iterator[tuple[str, Any]]:
    for service in SERVICES:
        for api in service.api:
            yield from ((service.name, route) for route in api.routes)


def test_imports_keep_to_the_rooms() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize(("service", "route"), list(routes()), ids=lambda value: getattr(value, "path", value))
def test_every_route_has_exactly_one_access_rule_and_is_served_by_the_runtime(service: str, route: Any) -> None:
    assert isinstance(route, Route)
    assert isinstance(route.endpoint.rule, Rule)
    assert route.endpoint.rule.roles
    if "GET" in route.methods:
        assert not route.endpoint.writes


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_nothing_but_health_and_documentation_is_served_beside_them(service: Any) -> None:
    app = create_app(service)
    known = {route.path for api in service.api for route in api.routes}
    others = {getattr(route, "path", None) for route in app.routes} - known - {None}
    assert others <= {"/live", "/ready", "", "/docs", "/openapi.json"}


@pytest.mark.parametrize(("service", "route"), list(routes()), ids=lambda value: getattr(value, "path", value))
def test_a_route_that_shows_people_to_others_says_whom_it_saw(service: str, route: Any) -> None:
    roles = {role for role, _ in route.endpoint.rule.roles}
    shows = names_person(inspect.get_annotations(route.endpoint, eval_str=True).get("return"))
    if shows and roles - {"resident", "public"}:
        # the runtime refuses such an answer unless the endpoint said whom it saw; a declared exception must say why
        assert not route.endpoint.sees_nobody or len(route.endpoint.sees_nobody) > 10


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_readme_says_what_the_code_says_and_hears(service: Any) -> None:
    readme = (ROOT / "services" / service.name / "README.md").read_text()
    for section in ("## Owns", "## Says", "## Hears", "## Promises"):
        assert section in readme
    says = readme.partition("## Says")[2].partition("## ")[0]
    said = {event.name for event in catalogue() if event.speaker == service.name}
    assert {name for name in said if name not in says} == set()
    known = {event.name for event in catalogue()}
    words = {word.strip("·,.()`") for word in says.split() if "." in word.strip(".")}
    assert words & known - {"access.recorded"} <= said
    hears = readme.partition("## Hears")[2].partition("## ")[0]
    for subscriber in service.heard_by():
        if Event not in subscriber.families:
            assert {aggregate for aggregate in subscriber.aggregates if aggregate not in hears} == set()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_timer_that_is_set_has_one_function_that_it_rings(service: Any) -> None:
    package = importlib.import_module(service.package)
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(package.__path__, f"{service.package}.")
        if ".migrations" not in found.name
    ]
    timers = {value for module in modules for value in vars(module).values() if isinstance(value, Timer)}
    rings = [value for value in vars(service.timers or object).values() if hasattr(value, "ringing")]
    assert sorted(timer.name for timer in timers) == sorted(service.rings())
    assert len(rings) == len(service.rings())


def test_every_event_has_an_owner_who_says_it_and_a_name_of_noun_and_past() -> None:
    names = {service.name for service in SERVICES} | {"any"}
    for event in catalogue():
        assert event.speaker in names
        noun, _, past = event.name.partition(".")
        assert noun.isidentifier()
        assert past.replace("_", "").isalpha()
        assert (event.__doc__ or "").strip().endswith(".")


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from refusals(each)


@pytest.mark.parametrize("refusal", sorted(refusals(), key=lambda each: each.__name__), ids=lambda each: each.__name__)
def test_a_refusal_says_a_sentence_a_person_understands(refusal: type[Refusal]) -> None:
    assert refusal.title.endswith((".", "?"))
    assert refusal.title[0].isupper()
    assert 400 <= refusal.status < 600


def python_files() -> list[Path]:
    folders = ("services", "libs", "deploy")
    return [
        f
        for folder in folders
        for f in (ROOT / folder).rglob("*.py")
        if "/tests/" not in str(f) and "/versions/" not in str(f)
    ]


def only_names(file: Path) -> bool:
    """Whether a file is a list of what others in its folder have: nothing to read in it, however long."""
    kinds = ast.Expr | ast.ImportFrom | ast.Assign
    return file.name == "__init__.py" and all(isinstance(node, kinds) for node in ast.parse(file.read_text()).body)


def test_functions_stay_short_and_files_small() -> None:
    long = [
        f"{file.relative_to(ROOT)}: {len(file.read_text().splitlines())} lines"
        for file in python_files()
        if len(file.read_text().splitlines()) > 300 and not only_names(file)
    ]
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > 45:
                    long.append(f"{file.relative_to(ROOT)}: {node.name} has {length} lines")
    assert long == []


def test_every_module_says_in_one_sentence_what_lives_there() -> None:
    silent = [
        str(f.relative_to(ROOT))
        for f in python_files()
        if not (ast.get_docstring(ast.parse(f.read_text())) or "").strip() and f.stat().st_size
    ]
    assert silent == []


def test_decisions_are_short_and_name_their_check() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert len(decisions) >= 5
    for file in decisions:
        lines = file.read_text().splitlines()
        assert len(lines) <= 40, file.name
        assert any(line.startswith("Enforced by") for line in lines), file.name


def test_the_top_level_is_as_agreed() -> None:
    tracked = subprocess.run(
        ["git", "-C", ROOT, "ls-tree", "--name-only", "HEAD"], capture_output=True, text=True, check=True
    )
    assert set(tracked.stdout.split()) == TOP | PAPERS | TOOLING
