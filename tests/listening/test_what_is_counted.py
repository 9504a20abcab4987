# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each meeting is counted in the transaction that writes it down, and taken back with it."""

import datetime as dt

import pytest

from casework.db import db, transaction
from casework.errors import Refusal, Stale
from casework.listening import Case, FirstContact, ListeningSession, close_case, restate
from casework.listening.actions import (
    attach_contact,
    correct_session,
    record_contact,
    reopen_case,
)
from casework.people import Person, record_consent
from casework.people.actions import correct_person
from casework.people.tally import facts_of

from .conftest import OPENED, SESSION, TODAY, counted, one

KIND = "pss_session"
NOTED = {"held_on": TODAY, "first_contact": "PHONE", "language": "ary", "note": "Demande d’aide."}


def contact(programme, by="salma", **changes):
    with programme.acting(by), transaction():
        site = programme.site_of(by).id
        return record_contact(site, **{**NOTED, **changes}).id


def test_an_attended_session_is_one_fact_of_its_day(programme):
    case = programme.case()
    session = programme.session(case, held_on=dt.date(2026, 2, 3), language="wo", note="Reçue.")
    assert counted(KIND).value == 1
    assert counted(KIND, first=dt.date(2026, 2, 3), last=dt.date(2026, 2, 3)).value == 1
    assert counted(KIND, first=dt.date(2026, 2, 4)).value == 0
    assert counted(KIND, by=("language",)).cells == {("wo",): 1}
    assert counted(KIND, by=("sex",)).cells == {("M",): 1}
    with programme.acting("salma"):
        assert len(facts_of(one(ListeningSession, session))) == 1


@pytest.mark.parametrize("attendance", ["no_show", "cancelled"])
def test_a_missed_session_counts_nothing_and_is_no_contact(programme, attendance):
    case = programme.case()
    programme.session(case, attendance=attendance)
    assert counted(KIND).value == 0
    with programme.acting("salma"):
        assert one(Case, case).last_on == OPENED


def test_a_session_is_the_last_contact_whatever_the_order_of_typing(programme):
    case = programme.case()
    programme.session(case, held_on=TODAY)
    programme.session(case, held_on=OPENED)
    with programme.acting("salma"):
        assert one(Case, case).last_on == TODAY


def test_a_form_sent_twice_is_one_session(programme):
    case = programme.case()
    id = programme.session(case)
    assert programme.session(case, id=id) == id
    assert counted(KIND).value == 1


def test_another_text_under_a_used_form_is_never_dropped(programme):
    case = programme.case()
    id = programme.session(case)
    with pytest.raises(Refusal):
        programme.session(case, id=id, note="Un autre texte.")
    assert counted(KIND).value == 1


def test_a_correction_takes_the_old_fact_back(programme):
    session = programme.session(programme.case(), held_on=TODAY, session_type="INDIV")
    with programme.acting("salma"), transaction():
        row = one(ListeningSession, session)
        before = facts_of(row)
        changed = {**SESSION, "held_on": OPENED, "session_type": "FAMILY", "attendance": "attended"}
        correct_session(row, version=row.version, **changed)
        assert facts_of(row) != before
        assert one(Case, row.case_id).last_on == OPENED
    assert counted(KIND).value == 1
    assert counted(KIND, by=("session_type",)).cells == {("FAMILY",): 1}
    assert counted(KIND, first=TODAY).value == 0


def test_a_session_corrected_to_missed_is_no_longer_counted(programme):
    session = programme.session(programme.case())
    with programme.acting("salma"), transaction():
        row = one(ListeningSession, session)
        correct_session(row, version=row.version, **SESSION, attendance="no_show")
    assert counted(KIND).value == 0


def test_a_correction_of_what_moved_meanwhile_is_refused(programme):
    session = programme.session(programme.case(), note="Une.")
    with programme.acting("salma"), transaction():
        row = one(ListeningSession, session)
        with pytest.raises(Stale):
            correct_session(row, version=row.version - 1, **SESSION, note="Deux.")
        assert row.story.note == "Une."


def test_a_refused_session_leaves_no_fact(programme):
    case = programme.case()
    with programme.acting("salma"), transaction():
        close_case(one(Case, case), "GOALS")
    with pytest.raises(Refusal):
        programme.session(case)
    assert counted(KIND).value == 0


def test_a_reopened_case_takes_sessions_again(programme):
    case = programme.case()
    with programme.acting("salma"), transaction():
        close_case(one(Case, case), "LOST", "Trois appels.", dt.date(2026, 2, 1))
    with programme.acting("salma"), transaction():
        reopen_case(one(Case, case))
    programme.session(case)
    assert counted(KIND).value == 1


def test_one_open_case_at_a_time(programme):
    her = programme.person()
    first = programme.case(person=her)
    with pytest.raises(Refusal):
        programme.case(person=her, reason="Elle revient.")
    assert programme.case(person=her) == first  # the same form, sent twice


def test_a_person_of_the_hub_has_no_case(programme):
    him = programme.person(by="omar")
    with pytest.raises(Refusal):
        programme.case(by="omar", person=him)


def test_an_anonymous_contact_is_a_service_and_nobody(programme):
    contact(programme)
    assert counted(KIND, "facts").value == 1
    assert counted(KIND, "people").value == 0
    assert counted(KIND, "newcomers").value == 0


def test_an_attached_contact_counts_for_the_person_under_her_own_key(programme):
    id, her = contact(programme), programme.person()
    with programme.acting("salma"), transaction():
        row, person = one(FirstContact, id), one(Person, her)
        attach_contact(row, person)
    db.session.expunge_all()
    with programme.acting("salma"), transaction(write=False):
        row = one(FirstContact, id)
        assert row.subject_id == one(Person, her).subject_id
        assert row.story.note == "Demande d’aide."
    assert counted(KIND, "facts").value == 1
    assert counted(KIND, "people").value == 1


def test_a_contact_is_attached_once(programme):
    id, her = contact(programme), programme.person()
    for _time in range(2):
        with programme.acting("salma"), transaction():
            if _time:
                with pytest.raises(Refusal):
                    attach_contact(one(FirstContact, id), one(Person, her))
            else:
                attach_contact(one(FirstContact, id), one(Person, her))
    assert counted(KIND).value == 1


def test_a_withdrawn_consent_takes_her_out_of_breakdowns_and_not_of_totals(programme):
    her = programme.person()
    programme.session(programme.case(person=her))
    id = contact(programme)
    with programme.acting("salma"), transaction():
        attach_contact(one(FirstContact, id), one(Person, her))
    with programme.acting("salma"), transaction():
        record_consent(one(Person, her), "STATS", "no")
        restate(one(Person, her))
    assert counted(KIND, by=("sex",)).cells == {("not stated",): 2}
    assert counted(KIND, "people").value == 1


def test_a_corrected_attribute_is_counted_anew(programme):
    her = programme.person(sex="M")
    programme.session(programme.case(person=her))
    with programme.acting("salma"), transaction():
        person = one(Person, her)
        correct_person(person, {"sex": "F"}, person.version)
        restate(person)
    assert counted(KIND, by=("sex",)).cells == {("F",): 1}
    assert counted(KIND).value == 1


def test_what_a_person_does_not_know_is_not_stated_in_figures(programme):
    programme.session(programme.case(), language="PNS")
    assert counted(KIND, by=("language",)).cells == {("not stated",): 1}


def test_the_supervisor_opens_a_case_for_who_follows_the_person(programme):
    her = programme.person(by="salma")
    case = programme.case(by="said", person=her)
    programme.session(case, by="salma")
    assert counted(KIND).value == 1


def test_an_id_that_another_record_holds_is_refused_in_a_sentence(programme):
    taken = programme.session(programme.case())
    other = programme.case(person=programme.person(given="Autre"))
    db.session.remove()  # as another request, which has loaded nothing
    with pytest.raises(Refusal):
        programme.session(other, id=taken)
    assert counted(KIND).value == 1
