# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever copies the instance folder and searches its bytes learns about nobody."""

import datetime as dt

from casework.access import Site, acting_as
from casework.db import db, transaction
from casework.hub import enrol, log_orientation
from casework.listening import log_session, open_case
from casework.people import register_person

from .desk.conftest import make_programme

DAY = dt.date(2024, 5, 14)
AGREED = {"CARE": "yes", "STATS": "yes"}
HEARD = {"given": "Mohamed", "family": "Benali", "given_ar": "محمد", "family_ar": "بنعلي",
         "phones": ["+212612345678"], "document_number": "QX482913"}  # fmt: skip
GUIDED = {"given": "Ekundayo", "family": "Okafor", "phones": ["+212698765432"]}
NOTE = "Elle dort mal depuis la traversée."
IDEA = "Un atelier de couture à Tanger."
WORDS = ["Mohamed", "Benali", "محمد", "بنعلي", "612345678", "QX482913", "Ekundayo", "Okafor",
         "698765432", "depuis la traversée", "traversée", "atelier de couture"]  # fmt: skip
ENCODINGS = ("utf-8", "utf-16-le", "unicode_escape")


def work(programme):
    """The main job of a cell and of the hub."""
    with acting_as(programme.user("salma")), transaction():
        site = db.session.get_one(Site, programme.sites["OUJ"])
        case = open_case(
            register_person(site, HEARD, AGREED), first_contact="WALKIN", opened_on=DAY
        )
        log_session(case, held_on=DAY, session_type="INDIV", session_format="PERSON", note=NOTE)
    with acting_as(programme.user("yassine")), transaction():
        site = db.session.get_one(Site, programme.sites["TTA"])
        enrolment = enrol(register_person(site, GUIDED, AGREED), pathway="EMP", opened_on=DAY)
        log_orientation(enrolment, held_on=DAY, orientation_format="INDIV", note=IDEA)


def test_no_file_of_the_instance_holds_a_name_a_phone_or_a_note(app, instance):
    work(make_programme())
    files = [path for path in instance.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    for path in files:
        content = path.read_bytes().lower()
        for word in WORDS:
            for encoding in ENCODINGS:
                assert word.lower().encode(encoding) not in content, f"{path.name} holds {word}"
