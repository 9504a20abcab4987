# SPDX-License-Identifier: AGPL-3.0-or-later
"""The architecture of the house, as tests: who may know whom, and what every part owes."""

import ast
import io
import re
import statistics
import subprocess
import sys
import tokenize
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "casework"
TEMPLATES = ROOT / "templates"

# Roof last. A room imports from floors strictly below its own.
FLOORS = (
    {"db", "codelists", "i18n", "config", "clock", "errors", "files"},
    {"keys"},
    {"arrivals", "attacker", "vault", "disclosure", "web"},
    {"audit", "cards", "facts", "jobs"},
    {"policy"},
    {"staff"},
    {"access"},
    {"people"},
    {"documents", "employers", "events", "referrals", "reminders"},
    {"listening", "hub", "welcome"},
    {"business", "calls", "groups", "placement"},
    {"cohorts", "followup", "funding", "matching", "plans"},
    {"indicators"},
    {"interchange"},
    {"desk", "oversight"},
    {"assembly"},  # create_app, re-exported by the package itself
    {"ceremony", "server", "door"},
    {"demo"},
    {"bench"},
    {"cli"},
)
FLOOR_OF = {unit: number for number, floor in enumerate(FLOORS) for unit in floor}
ROOF = FLOOR_OF["assembly"]
# Inside floor 0 the tools stand on each other in this order.
TOOLS = ("clock", "i18n", "errors", "files", "config", "codelists", "db")
FORBIDDEN = {
    "utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager", "managers",
    "handler", "handlers", "processor", "services", "service_layer", "data", "info", "obj",
    "constants", "exceptions", "interfaces",
}  # fmt: skip
SIZES = {"file": 500, "room": 1200, "door": 8, "function": 50, "function p95": 25}


def python_files() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def unit_of(path: Path) -> str:
    """The room or tool a file belongs to; the package's own `__init__` re-exports create_app."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "assembly" if first == "__init__" else first


def rooms() -> list[Path]:
    return sorted(
        folder
        for folder in PACKAGE.iterdir()
        if (folder / "__init__.py").exists() and folder.name != "migrations"
    )


def imports(path: Path) -> list[tuple[str, str, ast.ImportFrom | ast.Import]]:
    """(unit, what is behind its door, node) of each import that crosses a wall of the house."""
    found = []
    here = path.relative_to(PACKAGE.parent).with_suffix("").parts
    package = here[:-1] if path.name != "__init__.py" else here[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = list(package[: len(package) - node.level + 1]) if node.level else []
            module = start + (node.module or "").split(".") if node.module else start
            bare = module == ["casework"]
            names = [[*module, alias.name] if bare else module for alias in node.names]
        else:
            continue
        for name in names:
            if name and name[0] == "casework" and len(name) > 1:
                # A name of the package itself, such as `bare_app`, is of the assembly.
                unit = name[1] if name[1] in FLOOR_OF else "assembly"
                found.append((unit, ".".join(name[2:]), node))
    return found


def lines_of_code(path: Path) -> int:
    """Lines that do something: blank ones, comments and docstrings are free, so that nobody
    saves words to fit."""
    text = path.read_text(encoding="utf-8")
    silent = {
        tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
        tokenize.ENDMARKER,
    }  # fmt: skip
    found: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            found.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree(path)):
        is_scope = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if is_scope and ast.get_docstring(node) is not None:
            found -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(found)


def functions() -> list[tuple[int, str]]:
    return [
        (node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_every_unit_has_its_floor():
    assert {unit_of(path) for path in python_files()} <= set(FLOOR_OF)


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_from_floors_below(path):
    here = unit_of(path)
    for unit, _behind, node in imports(path):
        if unit == here:
            continue
        if here in TOOLS and unit in TOOLS:
            assert TOOLS.index(unit) < TOOLS.index(here), f"{path}:{node.lineno} imports {unit}"
        else:
            assert FLOOR_OF[unit] < FLOOR_OF[here], f"{path}:{node.lineno} imports {unit}"


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_is_entered_by_its_front_door(path):
    here = unit_of(path)
    if FLOOR_OF[here] >= ROOF:
        return  # the roof collects pages and verbs from every room
    for unit, behind, node in imports(path):
        if unit != here and (PACKAGE / unit).is_dir():
            assert not behind, f"{path}:{node.lineno} reaches past the door of {unit}"


def test_no_import_hides_inside_a_function():
    hidden = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_a_front_door_is_small_and_says_what_it_hides(room):
    door = tree(room / "__init__.py")
    assert ast.get_docstring(door), f"{room.name} does not say what it is for"
    if FLOOR_OF[room.name] >= ROOF:
        return
    exported = [
        ast.literal_eval(node.value)
        for node in door.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "__all__"
    ]
    assert exported, f"{room.name} has no __all__"
    assert len(exported[0]) <= SIZES["door"], f"{room.name} offers {len(exported[0])} names"


def test_no_name_without_meaning():
    for path in python_files():
        assert path.stem not in FORBIDDEN, path
        for part in path.relative_to(PACKAGE).parts[:-1]:
            assert part not in FORBIDDEN - {"data"}, path
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                words = re.findall(r"[A-Z][a-z]+", node.name)
                assert not {word.lower() for word in words[-1:]} & (FORBIDDEN - {"base"}), node.name


def test_sizes_stay_within_budget():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    too_long = {path: count for path, count in lines.items() if count > SIZES["file"]}
    assert not too_long
    for room in rooms():
        total = sum(lines_of_code(path) for path in lines if room in path.parents)
        if FLOOR_OF[room.name] < ROOF:
            assert total <= SIZES["room"], f"{room.name}: {total} lines of code"
    sizes = functions()
    assert [size for size in sizes if size[0] > SIZES["function"]] == []
    p95 = statistics.quantiles([size for size, _where in sizes], n=20)[-1]
    assert p95 <= SIZES["function p95"], f"p95 of function lengths is {p95}"


def test_there_is_one_commit():
    commits = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files()
        if unit_of(path) not in {"bench"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "commit"
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "session"
    ]
    assert len(commits) == 1, commits
    assert commits[0].startswith("casework/db.py")


def test_no_comment_asks_to_keep_two_places_alike():
    for path in [*python_files(), *TEMPLATES.rglob("*.html")]:
        assert "keep in sync" not in path.read_text(encoding="utf-8").lower(), path


def test_every_file_says_its_licence():
    for path in [*python_files(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "scripts").iterdir()]:
        if path.is_file():
            head = path.read_text(encoding="utf-8")[:200]
            assert "SPDX-License-Identifier: AGPL-3.0-or-later" in head, path


def test_nothing_names_a_registry_or_needs_the_design_folder():
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    wanted = re.compile(r"pypi\.org|registry\.npmjs|files\.pythonhosted|/shared/design")
    for name in filter(None, names):
        path = ROOT / name
        if path.suffix in {".woff2", ".png"} or not path.is_file() or path == Path(__file__):
            continue
        assert not wanted.search(path.read_text(encoding="utf-8")), name


def test_every_message_is_said_in_every_language():
    missing = subprocess.run(
        [sys.executable, ROOT / "scripts" / "messages.py", "missing"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert missing.returncode == 0, missing.stdout
