# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the programme makes counts from the day it was done, and knows who helped to make it."""

import datetime as dt

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.errors import Refusal, Stale
from casework.events import Event
from casework.events.actions import correct_product, create_product, link, workshops_of
from casework.events.models import Product

from .conftest import counted, one

D = dt.date
TOOL = {"kind": "TOOL", "title": "Outil d’orientation", "region": "02", "done_on": D(2026, 2, 1)}


@pytest.fixture
def made(programme):
    def make(**changes):
        with programme.acting("amina"), transaction():
            return create_product(**{**TOOL, **changes}).id

    return make


def test_a_product_counts_on_the_day_it_was_done(made):
    made()
    made(kind="VIDEO", done_on=None)
    by_kind = counted("product_done", by=("product_kind", "region")).cells
    assert by_kind == {("TOOL", "02"): 1}
    assert counted("product_done", first=D(2026, 2, 2)).value == 0


def test_a_correction_moves_its_fact(programme, made):
    product = made()
    with programme.acting("amina"), transaction():
        row = one(Product, product)
        said = {**TOOL, "kind": "STUDY", "done_on": D(2026, 2, 3)}
        correct_product(row, version=row.version, **said)
    assert counted("product_done", by=("product_kind",)).cells == {("STUDY",): 1}
    assert counted("product_done", first=D(2026, 2, 3)).value == 1
    with programme.acting("amina"), transaction():
        row = one(Product, product)
        correct_product(row, version=row.version, **{**TOOL, "done_on": None})
    assert counted("product_done").value == 0


def test_the_workshops_that_made_the_tool_are_counted(programme, made):
    product = made()
    workshops = [programme.event(by="amina", site="OUJ", kind="REFTOOL") for _ in range(2)]
    for workshop in workshops:
        with programme.acting("amina"), transaction():
            link(one(Event, workshop), one(Product, product))
    assert counted("event_held", product_kind="TOOL").value == 2
    with programme.acting("amina"), transaction():
        assert {one.id for one in workshops_of(one(Product, product))} == set(workshops)
        row = one(Product, product)
        with pytest.raises(Refusal):
            correct_product(row, version=row.version, **{**TOOL, "kind": "STUDY"})
        db.session.rollback()
    with programme.acting("amina"), transaction():
        link(one(Event, workshops[0]), None)
    assert counted("event_held", product_kind="TOOL").value == 1


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"kind": None}, {"kind": "FILM"}, {"region": "77"},
              {"done_on": D(2026, 3, 13)}, {"done_on": D(2012, 1, 1)}], ids=str,
)  # fmt: skip
def test_what_a_product_cannot_be_is_refused(made, wrong):
    with pytest.raises(Refusal) as refused:
        made(**wrong)
    assert refused.value.status == 422
    assert counted("product_done").value == 0


def test_a_form_sent_twice_is_one_product_and_a_late_one_is_refused(programme, made):
    product = made()
    assert made(id=product) == product
    with programme.acting("amina"), pytest.raises(Stale), transaction():
        correct_product(one(Product, product), version=9, **TOOL)
    assert counted("product_done").value == 1


@pytest.mark.parametrize("name", ["hind", "nawal", "omar", "karim"])
def test_products_are_the_coordinators(programme, made, name):
    made()
    db.session.expunge_all()
    with programme.acting(name):
        with transaction(write=False):
            assert db.session.scalars(sa.select(Product.id)).all() == []
        with pytest.raises(Refusal), transaction():
            create_product(**TOOL)
