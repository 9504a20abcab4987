# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime as dt
import uuid

import pytest

from casework.db import db, transaction
from casework.facts import FactKind, Question, record

SESSION = FactKind("test_session", number=60001)
MAY_3 = dt.date(2023, 5, 3)


class May:
    """A month in which people come, and questions about it."""

    kind = SESSION
    day = MAY_3

    def comes(self, ordinal, day=MAY_3, site=1, consent=True, source=None, amount=1, **dims):
        with transaction():
            return record(
                SESSION, day, site, ordinal, dims,
                consent=consent, source=source or uuid.uuid4(), amount=amount,
            )  # fmt: skip

    def asks(self, **changes):
        days = {"first": dt.date(2023, 5, 1), "last": dt.date(2023, 5, 31)}
        return Question((SESSION,), **(days | changes))


@pytest.fixture
def may(app):
    return May()


@pytest.fixture
def reopened(app):
    """Call it to count as another process would: with a cube of its own."""

    def forget():
        app.extensions.pop("facts_cube", None)
        db.session.remove()

    return forget
