# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime as dt
import uuid

from casework.db import transaction
from casework.facts import FactKind, Question, count, new_ordinal, rebuild, record, retract, verify

SESSION = FactKind("test_session", number=60001)
MAY_3 = dt.date(2023, 5, 3)


def came(ordinal, day=MAY_3, site=1, consent=True, **dims):
    return record(SESSION, day, site, ordinal, dims, consent=consent, source=uuid.uuid4())


def may(**changes):
    return Question((SESSION,), dt.date(2023, 5, 1), dt.date(2023, 5, 31), **changes)


def test_a_person_counts_once_and_her_sessions_each_time(app):
    with transaction():
        her, him = new_ordinal(), new_ordinal()
        came(her, sex="F")
        came(her, MAY_3 + dt.timedelta(days=2), site=2, sex="F")
        came(him, sex="M")
        came(0)
    assert (her, him) == (1, 2)
    assert count(may()).value == 2
    assert count(may(measure="facts")).value == 4
    assert count(may(by=("site",))).cells == {(1,): 2, (2,): 1}
    assert count(may(by=("site", "sex"))).cells == {(1, "F"): 1, (1, "M"): 1, (2, "F"): 1}
    assert count(may(at_least=2, by=("sex",))).cells == {("F",): 1}
    assert verify().ok
    rebuild()
    assert count(may(by=("site", "sex"))).cells == {(1, "F"): 1, (1, "M"): 1, (2, "F"): 1}
    assert verify().ok
    with transaction():
        gone = came(her, sex="F")
    assert count(may(measure="facts")).value == 5
    with transaction():
        retract([gone])
        retract([gone])
    assert count(may(measure="facts")).value == 4
    assert verify().ok
