# SPDX-License-Identifier: AGPL-3.0-or-later
"""Casework: files nobody can steal, figures anybody can check.

`create_app` is the only place that knows every room.
"""

from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from . import config, web
from .access import entrance
from .access import views as access_views
from .audit import Trail
from .business import views as business_views
from .calls import views as calls_views
from .cohorts import views as cohorts_views
from .db import check_database, db, engine_options
from .desk import views as desk_views
from .documents import views as documents_views
from .employers import vacancy_views as employers_views
from .events import product_views as events_views
from .followup import views as followup_views
from .funding import views as funding_views
from .groups import views as groups_views
from .hub import path_views as hub_views
from .indicators import views as indicators_views
from .listening import views as listening_views
from .matching import views as matching_views
from .people import views as people_views
from .placement import step_views as placement_views
from .plans import views as plans_views
from .reminders import views as reminders_views
from .vault import errors as vault_errors
from .vault.vault import Vault
from .web import errors as error_pages
from .welcome import opinion_views as welcome_views

MIGRATIONS = Path(__file__).parent / "migrations"

PAGES = (
    access_views.pages,
    people_views.pages,
    reminders_views.pages,
    employers_views.pages,
    events_views.pages,
    welcome_views.pages,
    listening_views.pages,
    documents_views.pages,
    hub_views.pages,
    groups_views.pages,
    business_views.pages,
    followup_views.pages,
    funding_views.pages,
    plans_views.pages,
    placement_views.pages,
    matching_views.pages,
    calls_views.pages,
    cohorts_views.pages,
    indicators_views.pages,
    desk_views.pages,
)

__all__ = ["create_app"]


def create_app(
    instance: Path | str | None = None, passphrase: str | None = None, **overrides: Any
) -> Flask:
    """The application over one instance folder. Raises SettingError, Refusal or VaultError
    at the start."""
    settings = config.load(Path(instance) if instance else None, overrides)
    app = bare_app(settings)
    check_database(settings.database_url, settings.instance)
    Vault.init_app(app, passphrase)
    Trail.init_app(app)
    web.init_app(app)
    entrance.init_app(app)
    for pages in PAGES:
        app.register_blueprint(pages)
    app.register_error_handler(vault_errors.Damaged, error_pages.show_damage)
    return app


def bare_app(settings: config.Settings) -> Flask:
    """Settings and database only: for the commands that make an instance, before keys exist."""
    app = Flask(
        "casework",
        instance_path=str(settings.instance),
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
    )
    app.config.update(
        CASEWORK=settings,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
    )
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    return app
