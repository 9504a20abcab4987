# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
import sqlalchemy as sa

from casework.db import db
from casework.vault import errors, open_rows, opening

from .conftest import Heron, add_heron
from .test_sealed_records import damage_key


@pytest.mark.parametrize("cold", [True, False])
def test_many_rows_open_and_a_damaged_one_is_set_aside(app, cold):
    good = {add_heron(given=f"n{number}"): f"n{number}" for number in range(4)}
    bad, broken, empty = add_heron(given="bad"), add_heron(given="broken"), add_heron()
    damage_key(bad)
    with db.engine.begin() as connection:
        cut = sa.update(Heron.__table__).where(Heron.id == broken).values(identity_box=b"\x01")
        connection.execute(cut)
    if cold:
        app.extensions["vault"].ring.forget()
    else:
        app.extensions["vault"].ring.forget(db.session.get(Heron, bad).subject_id.bytes)
    found = dict(open_rows(sa.select(Heron), Heron.identity))
    assert {row: found[row]["given"] for row in good} == good
    assert found[empty] == {}
    for row in (bad, broken):
        assert isinstance(found[row], errors.Damaged)
        assert found[row].row_id == row


def test_the_query_may_filter_order_and_limit(app):
    rows = sorted(add_heron(given=f"n{number}") for number in range(5))
    query = sa.select(Heron).where(Heron.id != rows[0]).order_by(Heron.id).limit(2)
    assert [row for row, _fields in open_rows(query, Heron.identity)] == rows[1:3]


def test_nothing_opens_in_bulk_outside_opening(app):
    add_heron(given="Aïcha")
    with opening(frozenset({"story"})), pytest.raises(errors.VaultClosed):
        next(open_rows(sa.select(Heron), Heron.identity))
