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
from .access import views as access_pages
from .audit import Trail
from .db import db, engine_options
from .indicators import views as indicator_pages
from .vault.vault import Vault

MIGRATIONS = Path(__file__).parent / "migrations"

ROOMS_WITH_PAGES = (access_pages, indicator_pages)

__all__ = ["create_app"]


def create_app(
    instance: Path | str | None = None, passphrase: str | None = None, **overrides: Any
) -> Flask:
    """The application over one instance folder. Raises SettingError or VaultError, never guesses."""
    settings = config.load(Path(instance) if instance else None, overrides)
    app = bare_app(settings)
    Vault.init_app(app, passphrase)
    Trail.init_app(app)
    web.init_app(app)
    entrance.init_app(app)
    for room in ROOMS_WITH_PAGES:
        app.register_blueprint(room.pages)
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
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    return app
