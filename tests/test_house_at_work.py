# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the assembled application owes: permissions, templates, sensitivities."""

import ast
import re
from pathlib import Path

from casework.access import Permission
from casework.db import SEALED_ONLY, db
from casework.policy import ROLES
from casework.staff.blueprint import Door

from .test_house import PACKAGE, ROOT, TEMPLATES, python_files, tree

INLINE = re.compile(r"\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=|\|\s*safe\b")
WITHOUT_PAGES = {"components", "errors", "web"}


def test_every_route_states_its_permission(app):
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in {"static", "web.set_language"}
        and not isinstance(getattr(view, "needs", None), Permission | Door)
    ]
    assert not silent


def test_every_permission_is_granted_and_needed(app):
    granted = set().union(*(role.permissions for role in ROLES.values()))
    assert granted == set(Permission)


def rendered() -> dict[str, set[str]]:
    """Templates shown, by the room whose code shows them."""
    found: dict[str, set[str]] = {}
    for path in python_files():
        for node in ast.walk(tree(path)):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id == "render_template" and node.args:
                argument = node.args[0]
                if isinstance(argument, ast.Constant):
                    found.setdefault(path.relative_to(PACKAGE).parts[0], set()).add(argument.value)
    return found


def page_templates() -> set[str]:
    return {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if path.relative_to(TEMPLATES).parts[0] not in WITHOUT_PAGES
        and '{% extends "layout.html" %}' in path.read_text(encoding="utf-8")
    }


def test_every_view_has_its_template_and_the_reverse():
    shown = set().union(*rendered().values())
    assert {name for name in shown if not (TEMPLATES / name).exists()} == set()
    assert page_templates() - shown == set()


def test_a_room_shows_its_own_templates_named_after_its_views(app):
    for room, names in rendered().items():
        for name in names:
            assert name.startswith(f"{room}/"), f"{room} shows {name}"
            view = Path(name).stem
            assert f"{room}.{view}" in app.view_functions, f"{name} has no view of its name"


def tables():
    return [
        table
        for table in db.metadata.sorted_tables
        if not table.info.get("bench") and not table.info.get("test")
        and not table.name.startswith("test_")
    ]  # fmt: skip


def test_every_column_states_its_sensitivity(app):
    silent = [
        f"{column.table.name}.{column.name}"
        for table in tables()
        for column in table.columns
        if "field" not in column.info
    ]
    assert not silent


def test_every_personal_field_is_sealed(app):
    """Columns of persons may not exist; envelopes say of each field what it is."""
    open_ones = [
        column
        for table in tables()
        for column in table.columns
        if column.info.get("field") and column.info["field"].sensitivity in SEALED_ONLY
    ]
    assert not open_ones


def test_no_template_has_inline_script_style_or_trust():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not INLINE.search(text), path


def test_the_papers_name_what_exists():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", readme):
        assert (ROOT / target).exists(), target
