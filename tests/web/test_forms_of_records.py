# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms that make or change a record: sent twice, opened on an older version, asked how long."""

import uuid

import pytest
from werkzeug.datastructures import MultiDict

from casework.errors import Refusal
from casework.web import BaseForm, forms


class MeetingForm(forms.OnceForm, forms.VersionedForm):
    class Meta(BaseForm.Meta):
        csrf = False

    topics = forms.ChoicesField("Topics", codes="orientation_topic")
    minutes = forms.MinutesField("Length", (30, 45, 60), default=45)


@pytest.fixture
def form(gallery_app):
    with gallery_app.test_request_context(method="POST"):
        yield lambda typed=(), **record: MeetingForm(MultiDict(typed), **record)


def test_every_new_form_makes_a_record_of_its_own(form):
    assert form().record_id() != form().record_id()


def test_a_form_sent_again_names_the_same_record(form):
    known = uuid.uuid4()
    assert form([("record", str(known))]).record_id() == known


@pytest.mark.parametrize("mangled", ["", "x", "1" * 40])
def test_a_mangled_id_is_replaced_and_never_trusted(form, mangled):
    assert form([("record", mangled)]).record_id().version == 4


def test_a_refused_form_sent_again_is_another_record(form):
    known = uuid.uuid4()
    asked = form([("record", str(known))])
    asked.refuse(Refusal("This case is closed."))
    assert asked.record_id() != known


@pytest.mark.parametrize("sent", ["", "x", "-1", "9" * 40, "1.0"])
def test_what_is_no_version_is_that_of_no_record(form, sent):
    assert form([("version", sent)]).seen() == 0


def test_a_form_that_was_overtaken_says_so_once(form):
    asked = form([("version", "2")])
    assert asked.seen() == 2
    assert asked.catch_up(3)
    assert not asked.catch_up(3)
    assert asked.seen() == 3


def test_a_length_it_had_before_is_offered_beside_the_usual_ones(form):
    assert [n for n, _words in form(minutes=50).minutes.choices] == [30, 45, 50, 60]
    assert [one.selected for one in form().minutes.iter_choices()] == [False, True, False]


@pytest.mark.parametrize(("sent", "minutes"), [("60", 60), ("", None)])
def test_a_length_is_a_number_or_not_said(form, sent, minutes):
    asked = form([("minutes", sent)])
    assert asked.validate()
    assert asked.said("minutes") == {"minutes": minutes}


@pytest.mark.parametrize("sent", ["61", "x", "9" * 5000])
def test_no_other_length_is_taken(form, sent):
    assert not form([("minutes", sent)]).validate()


def test_any_number_of_codes_may_be_ticked(form):
    asked = form([("topics", "EMP"), ("topics", "FIN")])
    assert asked.validate()
    assert asked.said("topics") == {"topics": ["EMP", "FIN"]}
    assert form().said("topics") == {"topics": None}
    assert not form([("topics", "LOVE")]).validate()
