# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything about HTTP that no strand should repeat.

What it hides: the headers that keep a browser on our side, the language of a request, how files
are served, how a form speaks when an answer is wrong, what an error looks like. It knows no user
and no strand; whoever does fills in the `Shell` found at `app.extensions["web"]`.

Its words: a *shell* is the frame around every page; a *page* of a list is a `Page`; a form keeps
what was typed, whatever happens.
"""

from flask import Flask

from . import assets, charts, errors, forms, languages, lines, pages, security, shell, tables
from .dates import PartialDate, PartialDateField, QuickDateField
from .forms import BaseForm, ChoiceField, LongTextField
from .pages import Page

__all__ = [
    "BaseForm",
    "ChoiceField",
    "LongTextField",
    "Page",
    "PartialDate",
    "PartialDateField",
    "QuickDateField",
    "init_app",
]


def init_app(app: Flask) -> None:
    """Give an application its manners. Needs SECRET_KEY before the first form is shown."""
    app.extensions["web"] = shell.Shell()
    shell.init_app(app)
    languages.init_app(app)  # before the door: who is turned away reads why
    security.init_app(app)
    assets.init_app(app)
    forms.init_app(app)
    charts.init_app(app)
    pages.init_app(app)
    lines.init_app(app)
    tables.init_app(app)
    errors.init_app(app)
