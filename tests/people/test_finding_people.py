# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime as dt

import pytest

from casework.access import acting_as
from casework.db import db, transaction
from casework.i18n import use_language
from casework.people import Person, find_people
from casework.people.matching import likely_duplicates
from tests.listening.conftest import torn_at_its_end

SPELLINGS = ("Mohamed Ben Ali", "Mohammed Benali", "Med Benali", "BENALI Mohamed", "محمد بن علي")


def found(programme, by="salma", **query):
    with programme.acting(by):
        return find_people(query)


def ids(answer):
    return [match.person.id for match in answer.matches if match.person]


def test_a_name_is_found_in_any_spelling_and_script(programme):
    her = programme.register(given="محمد", family="بنعلي", given_ar="محمد", family_ar="بنعلي")
    for typed in (
        "Mohamed Ben Ali",
        "Mohammed Benali",
        "Med Benali",
        "BENALI Mohamed",
        "محمد بن علي",
    ):
        answer = found(programme, q=typed)
        assert ids(answer) == [her], typed
        assert answer.matches[0].reason == "name"


def test_arabic_letters_in_the_first_boxes_are_found_as_well(programme):
    her = programme.register(given="محمد", family="بنعلي")
    assert [ids(found(programme, q=typed)) for typed in SPELLINGS] == [[her]] * len(SPELLINGS)


def test_a_phone_is_found_in_any_spelling(programme):
    her = programme.register(phones=["0612-34 56.78"])
    for typed in ("0612345678", "+212 612 345 678", "00212 6 12 34 56 78", "٠٦١٢٣٤٥٦٧٨"):
        answer = found(programme, q=typed)
        assert ids(answer) == [her], typed
        assert answer.matches[0].reason == "phone"


def test_a_document_is_found_without_its_spaces_and_case(programme):
    her = programme.register(document_kind="CIN", document_number="F 123-456")
    assert ids(found(programme, q="f123456")) == [her]
    assert ids(found(programme, document="F123 456")) == [her]


def test_a_code_is_found_however_it_is_written(programme):
    her = programme.register()
    with programme.acting("salma"):
        code = find_people({"name": "Mohamed Benali"}).matches[0].code
    spoken = code.replace("0", "o").replace("1", "l").replace("-", "")
    for typed in (code, code.lower(), code.replace("-", " "), spoken):
        assert ids(found(programme, q=typed)) == [her], typed
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert found(programme, q=wrong).matches == []


def test_a_year_of_birth_tells_people_of_one_name_apart(programme):
    old = programme.register(birth_year=1950)
    young = programme.register(born=dt.date(1999, 3, 1))
    unsaid = programme.register()
    assert set(ids(found(programme, name="Mohamed Benali"))) == {old, young, unsaid}
    assert ids(found(programme, name="Mohamed Benali", birth_year=1998)) == [young, unsaid]
    assert ids(found(programme, q="Benali", birth_year=1951)) == [old]


def test_a_year_may_be_typed_beside_the_name(programme):
    old = programme.register(birth_year=1950)
    young = programme.register(birth_year=1999)
    assert ids(found(programme, q="Mohamed Benali 1999")) == [young]
    assert ids(found(programme, q="محمد بنعلي، ١٩٥٠")) == [old]
    document = programme.register(given="Aya", family="Tazi", document_number="ABC 2001")
    assert ids(found(programme, q="ABC 2001")) == [document]


def test_a_word_amiss_still_finds_a_similar_name(programme):
    her = programme.register(given="Fatima Zahra", family="Cherkaoui")
    answer = found(programme, q="Fatima Khadija Cherkaoui")
    assert ids(answer) == [her]


@pytest.mark.parametrize("by", ["hind", "nora"])
def test_outside_reach_only_a_code_and_a_reason_come_out(programme, by):
    programme.register(by="salma", phones=["0612345678"])
    (match,) = found(programme, by=by, phone="0612345678").matches
    assert match.person is None
    assert match.site is None
    assert not match.reachable
    assert match.reason == "phone"
    assert len(match.code) == 7


def test_a_supervisor_reaches_her_whole_cell(programme):
    her = programme.register(by="salma")
    (match,) = found(programme, by="said", name="Mohamed Benali").matches
    assert match.person.id == her
    assert match.site.code == "OUJ"


def test_strands_never_find_each_others_people(programme):
    programme.register(by="salma", phones=["0612345678"], document_number="F123456")
    hers = programme.register(by="omar", phones=["0612345678"])
    query = {"phone": "0612345678", "document": "F123456", "name": "Mohamed Benali"}
    assert ids(found(programme, by="omar", **query)) == [hers]
    assert len(found(programme, by="omar", **query).matches) == 1
    assert len(found(programme, by="hind", **query).matches) == 1


def test_a_code_of_the_other_strand_is_nobodys(programme):
    programme.register(by="omar")
    code = found(programme, by="omar", name="Mohamed Benali").matches[0].code
    assert found(programme, by="salma", q=code).matches == []


def test_whoever_has_no_strand_finds_nobody(programme):
    programme.register()
    user = programme.user("adil")
    with acting_as(user):
        assert find_people({"code": "00000-0"}).matches == []


def test_too_common_a_name_asks_for_a_year(programme, monkeypatch):
    monkeypatch.setattr("casework.people.matching.MOST", 2)
    rows = [programme.register(birth_year=year) for year in (1960, 1980, 2000)]
    assert found(programme, name="Mohamed Benali").too_many
    answer = found(programme, name="Mohamed Benali", birth_year=1980)
    assert not answer.too_many
    assert ids(answer) == [rows[1]]


def test_likely_duplicates_come_with_the_surest_reason(programme):
    programme.register(phones=["0612345678"], birth_year=1990)
    programme.register(given="Aya", family="Tazi", document_number="X1")
    with programme.acting("salma"):
        same = {"given": "Mohammed", "family": "Ben Ali", "birth_year": 1991}
        other = {"given": "A", "family": "T", "document_number": "x-1"}
        for said, reasons in (
            (same, ["name_year"]),
            ({**same, "phones": ["+212612345678"]}, ["phone"]),
            ({**same, "birth_year": 1970}, []),
            ({"given": "Rim", "family": "Alaoui"}, []),
            (other, ["document"]),
            ({}, []),
        ):
            found = likely_duplicates(said).matches
            assert [one.reason for one in found] == reasons, said


def test_searching_for_nothing_finds_nobody(programme):
    programme.register(phones=["0612345678"])
    for nothing in ({}, {"q": " "}, {"name": "-"}, {"phone": ""}, {"name": []}, {"q": "x"}):
        assert found(programme, **nothing).matches == []


def test_a_damaged_file_says_so_and_the_others_are_found(programme):
    damaged, whole = programme.register(), programme.register()
    with programme.acting("salma"):
        with transaction():
            her = db.session.get(Person, damaged)
            code, her.identity_box = her.code, torn_at_its_end(her.identity_box)
        db.session.expire_all()
        assert ids(find_people({"q": "Mohamed Benali"})) == [whole]
        (match,) = find_people({"q": code}).matches
        with use_language("en"):
            assert match.name == "This record is damaged and cannot be read."
