# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events in the browser: planned, corrected, a list pasted, ticked and printed; three languages."""

import datetime as dt
import re
import uuid

import pytest
import sqlalchemy as sa

from casework.db import db, transaction
from casework.events import Event, mark_presence
from casework.events.models import listed
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.web import manners

from .conftest import THREE, TODAY, counted, one, send, token

TYPED = {
    "kind": "EMPLOYER", "title": "Recruter autrement", "first_on": "2026-02-10", "last_on": "",
    "status": "held", "region": "01", "place": "Salle des Orangers", "topic": "WORK",
    "partners": "Chambre fictive", "capacity": "40", "agenda": "9 h 30 : accueil",
    "costs": "Salle; 1 200\nRepas ; 850,50 DH",
}  # fmt: skip


def names(programme, event, by="hind"):
    db.session.expunge_all()
    with programme.acting(by), transaction(write=False):
        return [who.who.name for _line, who, _whom in listed(one(Event, event))]


def press(browser, address):
    """One button, on any page."""
    return browser.post(address, data={"csrf_token": token(browser.get("/events").text)})


def key(answer):
    return answer.location.rsplit("/", 1)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workshop_from_the_form_to_the_signed_list(programme, sign_in, language):
    browser = sign_in("hind", language)
    made = send(browser, "/events/new", **TYPED)
    assert made.status_code == 303, made.text
    here = f"/events/{key(made)}"
    added = send(browser, f"{here}/attendance/new", lines=THREE, days=["2026-02-10"])
    assert added.status_code == 303, added.text
    for address in ("/events", here, f"{here}/edit", f"{here}/attendance", f"{here}/paper",
                    f"{here}/attendance/new", "/events/new"):  # fmt: skip
        page = browser.get(address)
        assert page.status_code == 200, address
        manners.check(page.text, language)
        has_names = address.endswith(("/attendance", "/paper"))
        assert ("Leïla Fictive" in page.text) == has_names, address
    assert counted("event_present", "people").value == 3
    sheet = browser.get(f"{here}/attendance").text
    ticks = prefilled(sheet)
    assert len(ticks["present"]) == 3
    answer = browser.post(f"{here}/attendance", data={**ticks, "present": ticks["present"][:2]})
    assert answer.status_code == 303, answer.text
    assert counted("event_present", "people").value == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_is_in_french_and_in_arabic(programme, sign_in, language):
    event = programme.event()
    page = sign_in("hind", language).get(f"/events/{event}/paper").text
    assert "Liste de présence" in page
    assert "لائحة الحضور" in page
    assert page.count("<tr><td>") == 20


WRONG = [
    {"title": ""},
    {"title": "x" * 200},
    {"kind": ""},
    {"kind": "PARTY"},
    {"region": ""},
    {"first_on": ""},
    {"first_on": "demain"},
    {"first_on": "2026-03-20"},
    {"last_on": "2026-02-01"},
    {"status": "cancelled"},
    {"capacity": "0"},
    {"capacity": "beaucoup"},
    {"topic": "LOVE"},
    {"site": "not-a-site"},
    {"costs": "Salle; beaucoup"},
    {"costs": "Salle"},
    {"costs": "; 1200"},
    {"costs": "Salle; 1.200.000"},
    {"agenda": "x" * 4001},
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_answer_comes_back_with_all_that_was_typed(programme, sign_in, language):
    browser = sign_in("hind", language)
    for wrong in WRONG:
        answer = send(browser, "/events/new", **{**TYPED, **wrong})
        assert answer.status_code == 422, wrong
        assert "Salle des Orangers" in answer.text
        manners.check(answer.text, language)
        if language != "en":
            summary = re.search(r"error-summary.*?</div>", answer.text, re.DOTALL)[0]
            assert not re.search(r"\b(Choose|Enter|This|Say|The|Give)\b", summary), summary
    with programme.acting("hind"), transaction(write=False):
        assert db.session.scalars(sa.select(Event)).all() == []


LINES = {
    "; Société; EMP; F": 1,
    "Leïla; Société Une; EMP; F\nLEILA; societe une; EMP; F": 2,
    "Leïla; Société Une; Château; F": 1,
    "Leïla; Société Une; EMP; X": 1,
    "Leïla; Société Une; EMP; F; 300 ans": 1,
    "Leïla; Société Une; ; F": 1,
    "Leïla; ; MIN; F": 1,
    "Leïla; Société Une; EMP; F; 35-59; encore": 1,
    "Leïla\n" + "x" * 130: 2,
    "Leïla; Société Une; EMP\nKarim; Société Une; ASSO": 2,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_line_is_named_by_its_number_and_nothing_is_lost(programme, sign_in, language):
    event = programme.event()
    browser = sign_in("hind", language)
    words = {"fr": "Ligne", "ar": "السطر", "en": "Line"}[language]
    for text, number in LINES.items():
        answer = send(browser, f"/events/{event}/attendance/new", lines=text, days=["2026-02-10"])
        assert answer.status_code == 422, text
        assert re.search(rf"<li>{words} {number}\b", answer.text), (text, answer.text)
        assert prefilled(answer.text)["lines"] == [text]
        manners.check(answer.text, language)
        assert names(programme, event) == []
    assert counted("event_present").value == 0


def test_cells_of_a_spreadsheet_with_a_heading_fit_as_they_are(programme, sign_in):
    event = programme.event()
    lines = "Nom\tOrganisation\tType\tSexe\nLeïla Fictive\tSociété Une\tentreprise\tfemme\n\n"
    answer = send(sign_in("hind"), f"/events/{event}/attendance/new", lines=lines)
    assert answer.status_code == 303, answer.text
    assert names(programme, event) == ["Leïla Fictive"]
    assert counted("event_present").value == 0  # no day was ticked


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_people_than_places_is_a_warning_with_a_reason(programme, sign_in, language):
    event = programme.event(capacity=2)
    browser, address = sign_in("hind", language), f"/events/{event}/attendance/new"
    said = {"lines": THREE, "days": ["2026-02-10"]}
    answer = send(browser, address, **said)
    assert answer.status_code == 422
    assert "Karim Fictif" in answer.text
    manners.check(answer.text, language)
    again = {**prefilled(answer.text), "over": "Une salle voisine."}
    assert browser.post(address, data=again).status_code == 303
    assert "Une salle voisine." in browser.get(f"/events/{event}").text


def test_two_who_tick_at_once_are_told_and_no_line_is_lost(programme, sign_in):
    event = programme.event()
    programme.people(event)
    browser, address = sign_in("hind"), f"/events/{event}/attendance"
    old = prefilled(browser.get(address).text)
    programme.people(event, "Sana Dernière; Société Une; EMP; F")
    late = browser.post(address, data={**old, "present": []})
    assert late.status_code == 409
    assert counted("event_present").value == 4
    again = browser.post(address, data=prefilled(late.text))
    assert again.status_code == 303
    assert counted("event_present").value == 1  # she was added meanwhile, and stays present
    assert len(names(programme, event)) == 4


def test_the_same_sheet_sent_twice_is_saved_once(programme, sign_in):
    event = programme.event()
    programme.people(event)
    browser, address = sign_in("hind"), f"/events/{event}/attendance"
    old = prefilled(browser.get(address).text)
    lines = old["line"]
    sheet = {**old, "present": old["present"][:1], "gone": lines[2]}
    assert [browser.post(address, data=sheet).status_code for _touch in range(2)] == [303, 303]
    assert counted("event_present").value == 1
    assert len(names(programme, event)) == 2
    other = browser.post(address, data={**old, "present": old["present"][:2]})
    assert other.status_code == 409
    assert prefilled(other.text)["present"] == old["present"][:2]
    assert counted("event_present").value == 1


def test_the_same_pasted_list_sent_twice_is_saved_once(programme, sign_in):
    event = programme.event()
    browser, address = sign_in("hind"), f"/events/{event}/attendance/new"
    old = prefilled(browser.get(address).text)
    first, other = "Mona Une; Société Une; EMP; F", "Lina Autre; Société Une; EMP; F"
    pasted = {**old, "lines": first, "days": ["2026-02-10"]}
    assert [browser.post(address, data=pasted).status_code for _touch in range(2)] == [303, 303]
    assert len(names(programme, event)) == 1
    assert counted("event_present").value == 1
    late = browser.post(address, data={**pasted, "lines": other})
    assert late.status_code == 409
    assert other in late.text


NOT_ON_IT = "7f0a5d5e-0000-4000-8000-000000000000/2026-02-10"


@pytest.mark.parametrize(
    "wrong", [{"present": "x"}, {"line": "y"}, {"gone": "z"}, {"present": NOT_ON_IT}]
)
def test_ticks_that_are_none_change_nothing(programme, sign_in, wrong):
    event = programme.event()
    programme.people(event)
    browser, address = sign_in("hind"), f"/events/{event}/attendance"
    answer = browser.post(address, data={**prefilled(browser.get(address).text), **wrong})
    assert answer.status_code == 422
    assert counted("event_present").value == 3


def test_costs_are_summed_and_come_back_as_they_were(programme, sign_in):
    browser = sign_in("hind")
    here = f"/events/{key(send(browser, '/events/new', **TYPED))}"
    page = browser.get(here).text
    assert "9 h 30 : accueil" in page
    assert "2\u202f050,50 MAD" in page
    form = prefilled(browser.get(f"{here}/edit").text)
    assert form["costs"] == ["Salle; 1200.00\nRepas; 850.50"]
    assert browser.post(f"{here}/edit", data={**form, "costs": ""}).status_code == 303
    assert "MAD" not in browser.get(here).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_runs_an_event_is_led_on_today_to_what_it_asks(programme, sign_in, language):
    in_days = dt.timedelta(days=1)
    soon = programme.event(status="planned", first_on=TODAY + 3 * in_days, title="Bientôt")
    later = programme.event(status="planned", first_on=TODAY + 9 * in_days, title="Plus tard")
    bare = programme.event(first_on=TODAY - 4 * in_days, title="Sans présences")
    long_ago = programme.event(first_on=TODAY - 40 * in_days, title="Ancienne")
    browser = sign_in("hind", language)
    page = browser.get("/").text
    manners.check(page, language)
    assert f'href="/events/{soon}"' in page
    assert f'href="/events/{bare}/attendance/new"' in page
    assert not any(str(key) in page for key in (later, long_ago))
    programme.people(bare, days=[])
    assert f'href="/events/{bare}/attendance"' in browser.get("/").text
    for other in ("nawal", "omar", "karim"):
        seen = sign_in(other, language).get("/").text
        assert not any(str(key) in seen for key in (soon, bare))
    with programme.acting("hind"), transaction():
        day = (TODAY - 4 * in_days).isoformat()
        event = one(Event, bare)
        lines = {line.id: [day] for line, _who, _whom in listed(event)}
        mark_presence(event, lines, version=event.version)
    assert str(bare) not in browser.get("/").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_past_event_asks_whether_it_took_place_and_then_counts(programme, sign_in, language):
    event = programme.event(status="planned")
    programme.people(event)
    browser, here = sign_in("hind", language), f"/events/{event}"
    asked = f'action="{here}/held"'
    page = browser.get(here).text
    assert asked in page
    manners.check(page, language)
    listing = browser.get("/events").text
    assert "badge-urgent" in listing
    manners.check(listing, language)
    assert 'href="/events?show=planned"' in browser.get("/").text
    assert counted("event_present").value == 0
    assert sign_in("nawal").get(here).status_code == 404
    for _twice in range(2):
        assert press(browser, f"{here}/held").status_code == 303
    assert counted("event_present").value == 3
    assert asked not in browser.get(here).text
    assert 'href="/events?show=planned"' not in browser.get("/").text


def test_who_does_not_run_an_event_does_not_say_that_it_took_place(programme, sign_in):
    event = programme.event(status="planned", site="OUJ", by="nawal")
    coordinator = sign_in("amina")
    assert "/held" not in coordinator.get(f"/events/{event}").text
    assert press(coordinator, f"/events/{event}/held").status_code == 404
    assert coordinator.get(f"/events/{event}/edit").status_code == 404  # before she types anything
    to_come = programme.event(status="planned", first_on=dt.date(2026, 3, 12))
    browser = sign_in("hind")
    assert "/held" not in browser.get(f"/events/{to_come}").text  # its last day is not over
    with programme.acting("hind"), transaction():
        row = one(Event, to_come)
        row.describe(reason="Salle fermée.")
        row.status = "cancelled"
    assert press(browser, f"/events/{to_come}/held").status_code == 409
    assert counted("event_held").value == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_with_another_letter_is_asked_about_and_never_made_one(programme, sign_in, language):
    programme.people(programme.event())
    event = programme.event()
    browser, address = sign_in("hind", language), f"/events/{event}/attendance/new"
    lines = "Laila Fictive; Société Une; EMP; F\nLaila Fictive; Société Deux; EMP; F"
    answer = send(browser, address, lines=lines, days=["2026-02-10"])
    assert answer.status_code == 422
    manners.check(answer.text, language)
    assert re.findall(r"<li>[^<]*«.Leïla Fictive.»", answer.text)
    assert len(re.findall(r"«.Laila Fictive.»", answer.text)) == 1  # of two houses: two people
    assert 'name="others"' not in browser.get(f"{address}?fresh=1").text
    same = lines.replace("Laila", "Leïla", 1)
    assert send(browser, address, lines=same, days=["2026-02-10"]).status_code == 303
    assert counted("event_present", "people").value == 4
    other = {**prefilled(answer.text), "others": "y", "version": ""}
    assert browser.post(address, data=other).status_code == 409
    assert send(browser, address, lines=lines, others="y").status_code == 303
    assert len(names(programme, event)) == 3


def test_a_stale_correction_of_an_event_is_told(programme, sign_in):
    event = programme.event()
    browser, address = sign_in("hind"), f"/events/{event}/edit"
    old = prefilled(browser.get(address).text)
    assert browser.post(address, data={**old, "title": "Deuxième titre"}).status_code == 303
    late = browser.post(address, data={**old, "title": "Troisième titre"})
    assert late.status_code == 409
    assert "Troisième titre" in late.text
    assert browser.post(address, data=prefilled(late.text)).status_code == 303
    assert "Troisième titre" in browser.get(f"/events/{event}").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_coordinator_runs_events_and_products_and_reads_numbers_only(
    programme, sign_in, language
):
    browser = sign_in("amina", language)
    site = str(programme.sites["OUJ"])
    made = send(browser, "/events/new", **{**TYPED, "kind": "REFTOOL", "site": site})
    assert made.status_code == 303, made.text
    here = f"/events/{key(made)}"
    programme.people(uuid.UUID(key(made)), by="nawal")
    tool = send(browser, "/products/new", kind="TOOL", title="Outil fictif", done_on="2026-02-20",
                region="02", note="Procès-verbal du 20 février.")  # fmt: skip
    assert tool.status_code == 303, tool.text
    product = key(tool)
    form = prefilled(browser.get(f"{here}/edit").text)
    assert browser.post(f"{here}/edit", data={**form, "product": product}).status_code == 303
    assert counted("event_held", product_kind="TOOL").value == 1
    for address in ("/events", here, f"{here}/edit", f"{here}/paper", "/products", "/products/new",
                    f"/products/{product}", f"/products/{product}/edit"):  # fmt: skip
        page = browser.get(address)
        assert page.status_code == 200, address
        manners.check(page.text, language)
        assert "Fictive" not in page.text, address
        assert "Société Une" not in page.text, address
    assert "Outil fictif" in browser.get(here).text
    assert "Recruter autrement" in browser.get(f"/products/{product}").text
    for address in (f"{here}/attendance", f"{here}/attendance/new"):
        assert browser.get(address).status_code == 403


@pytest.mark.parametrize(
    ("name", "status"),
    [("omar", 403), ("karim", 403), ("nawal", 404), ("mounia", 404)],
)
def test_another_sites_event_does_not_exist(programme, sign_in, name, status):
    event = programme.event()
    programme.people(event)
    browser = sign_in(name)
    for page in ("", "/edit", "/attendance", "/attendance/new", "/paper"):
        assert browser.get(f"/events/{event}{page}").status_code == status, page


def test_no_name_and_no_title_stands_in_an_address(programme, sign_in, app):
    event = programme.event()
    programme.people(event)
    browser = sign_in("hind")
    addresses = set()
    for page in ("/events", f"/events/{event}", f"/events/{event}/attendance"):
        addresses |= set(re.findall(r'(?:href|action)="([^"]+)"', browser.get(page).text))
    assert not [one for one in addresses if re.search("recruter|fictive|orangers", one, re.I)]
    assert token(browser.get("/events/new").text)
