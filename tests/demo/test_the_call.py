# SPDX-License-Identifier: AGPL-3.0-or-later
"""The call of the fiction, held by the product's own verbs, up to the sheets of its cohort."""

import sqlalchemy as sa

from casework.calls import Application, Call
from casework.cohorts import Cohort
from casework.cohorts.models import members_of, sessions_of
from casework.db import db
from casework.demo.calling import EACH, PLACES, WAIT, call_up
from tests.calls.conftest import _the_day, calls, open_vault, programme

__all__ = ["_the_day", "calls", "open_vault", "programme"]


def test_a_call_is_read_decided_and_becomes_a_group_that_meets(calls):
    team = ["omar", "lina"]
    for login in team:
        for _turn in range(EACH):
            calls.person(by=login)
    call_up(calls.acting, "head", team, seed=1)
    with calls.acting("head"):
        assert db.session.scalar(sa.select(sa.func.count(Call.id))) == 2
        states = db.session.scalars(sa.select(Application.status)).all()
        assert len(states) == EACH * len(team)
        assert states.count("selected") == min(PLACES, len(states))
        assert states.count("waiting") <= WAIT
        (cohort,) = db.session.scalars(sa.select(Cohort)).all()
        members, met = members_of(cohort), sessions_of(cohort)
        assert len(members) == states.count("selected")
        assert sum(one.business.left_on is not None for one in members) == 1
        assert any(one.is_noted for one in met)
        assert not all(one.is_noted for one in met)
