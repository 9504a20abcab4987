# SPDX-License-Identifier: AGPL-3.0-or-later
"""What any instance of the tests is made with and ended by."""

from flask import Flask

from casework.db import db

# A cheap password hash: the tests sign in thousands of times.
CHEAP = {"password_memory_kib": 64, "password_rounds": 1}


def create_all(app: Flask) -> None:
    """The schema of the models at once; that the migrations lead to the same has its own test."""
    with app.app_context():
        db.create_all()


def close(app: Flask) -> None:
    """Let go of threads and connections, as a server that stops."""
    with app.app_context():
        for name in ("trail",):
            if name in app.extensions:
                app.extensions[name].close()
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
