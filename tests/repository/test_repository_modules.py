"""Modules of the product: small, without cycles, each reached; dependencies each used, each with its sentence."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 600
# Rooms whose modules are reached by imports only; the kernel and the web are found by the framework, by their place.
ROOMS = ("xiezhi.cli", "xiezhi.demo", "xiezhi.engine")
# Dependencies that no import statement names.
USED_OTHERWISE = {
    "granian": "the server that serves xiezhi.web.wsgi, run as a command",
    "python-stdnum": "imported by the name that a pack's column declares",
    "tzdata": "read by zoneinfo",
}


@cache
def modules() -> dict[str, Path]:
    found = {}
    for path in sorted((ROOT / "xiezhi").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def statements(tree: ast.AST, *, deferred: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield import statements; ``deferred``: those inside functions, too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif deferred or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from statements(node, deferred=deferred)


def imports(path: Path, *, deferred: bool = True) -> set[str]:
    """Return what a file imports: a module of ours where it is one, else the name as written."""
    found: set[str] = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8")), deferred=deferred):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif node.module and not node.level:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            ours = inner & modules().keys()
            found |= ours
            if inner - ours:
                found.add(node.module)
    return found


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of more than one that reach each other, by peeling off what has no way in or no way out."""
    left = {name: {to for to in targets if to in graph} for name, targets in graph.items()}
    while True:
        reached = set().union(*left.values()) if left else set()
        ends = {name for name, targets in left.items() if not targets or name not in reached}
        if not ends:
            break
        left = {name: targets - ends for name, targets in left.items() if name not in ends}
    return [sorted(left)] if left else []


def test_no_module_is_long() -> None:
    # A migration is written by the framework, and read by nobody twice.
    counted = {p: len(p.read_text("utf-8").splitlines()) for p in modules().values() if "migrations" not in p.parts}
    assert {str(p.relative_to(ROOT)): n for p, n in counted.items() if n > MOST_LINES} == {}


def test_no_imports_go_in_a_circle() -> None:
    graph = {name: imports(path, deferred=False) - {name} for name, path in modules().items()}
    assert cycles(graph) == []


def test_a_circle_would_be_found() -> None:
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}, "e": set()}) == [["b", "c"]]
    assert cycles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_every_module_is_reached() -> None:
    """By an import of the product or the benchmarks, by its name in quotes elsewhere, or as a program of its own."""
    texts = {path: path.read_text(encoding="utf-8") for path in modules().values()}
    reached = set().union(*(imports(path) for path in (*texts, *(ROOT / "benchmarks").rglob("*.py"))))
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    reached |= {target.split(":")[0] for target in scripts.values()}
    reached |= {name.rsplit(".", 1)[0] for name in modules()}  # a package, by what it holds

    def is_reached(name: str, own: Path) -> bool:
        quoted = re.compile(rf"[\"']{re.escape(name)}[\"'.]")
        program = '__name__ == "__main__"' in texts[own]
        return name in reached or program or any(quoted.search(text) for path, text in texts.items() if path != own)

    inside = {name: path for name, path in modules().items() if name.startswith(ROOMS)}
    assert [name for name, path in inside.items() if not is_reached(name, path)] == []


def declared() -> dict[str, str]:
    """Return dependency → its line in pyproject.toml, those of the product only."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = tomllib.loads(text)["project"]["dependencies"]
    names = [re.split(r"[\[<>=,; ]", item)[0].lower() for item in listed]
    lines = [line for line in text.splitlines() for item in listed if line.strip().startswith(f'"{item}"')]
    return dict(zip(names, lines, strict=True))


def third_parties() -> set[str]:
    """Return top names of what the product imports or names in quotes, our own and the standard library left out."""
    imported = {name.split(".")[0] for path in modules().values() for name in imports(path)}
    quoted = {
        name
        for path in modules().values()
        for name in re.findall(r"[\"'](\w+)(?:\.[\w.]+)?[\"']", path.read_text(encoding="utf-8"))
    }
    installed = metadata.packages_distributions()
    return {n for n in imported | (quoted & installed.keys()) if n not in sys.stdlib_module_names and n != "xiezhi"}


@pytest.fixture(scope="module")
def distributions() -> dict[str, set[str]]:
    return {top: {name.lower() for name in dists} for top, dists in metadata.packages_distributions().items()}


def test_every_dependency_is_used(distributions: dict[str, set[str]]) -> None:
    used = set().union(*(distributions[name] for name in third_parties()))
    assert sorted(declared().keys() - used - USED_OTHERWISE.keys()) == []
    assert sorted(USED_OTHERWISE.keys() - declared().keys()) == []


def test_everything_imported_is_a_dependency(distributions: dict[str, set[str]]) -> None:
    imported = {name.split(".")[0] for path in modules().values() for name in imports(path)}
    foreign = {name for name in imported if name not in sys.stdlib_module_names and name != "xiezhi"}
    assert sorted(name for name in foreign if not distributions.get(name, set()) & declared().keys()) == []


def test_every_dependency_has_its_sentence() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    groups = tomllib.loads(text)
    listed = [*groups["project"]["dependencies"], *groups["dependency-groups"]["dev"]]
    listed += groups["dependency-groups"]["bench"]
    told = [re.search(rf'^\s*"{re.escape(item)}",?\s+# \w', text, re.MULTILINE) for item in listed]
    assert [item for item, found in zip(listed, told, strict=True) if found is None] == []
