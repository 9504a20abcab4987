# SPDX-License-Identifier: AGPL-3.0-or-later
"""The story of a job in a real browser: a vacancy, somebody who fits, an interview, a hire; and a
coordinator who reads the figures and no name."""

import re

import pytest
from playwright.sync_api import expect

from casework import clock

from .served import press
from .test_main_job import assert_open_to_all, choose, register

pytestmark = pytest.mark.browser
SAVE = "main .sticky-bar button.button-main"
EMPLOYER, CONTACT, POST = "Voiles du Cap Fictif", "Nadia Fictive", "Voilière"
NAMES = ("Houria", "Naciri", EMPLOYER, CONTACT, POST)


def look_for_staff(page, name=EMPLOYER):
    """An employer, a contact, a vacancy of one place; gives their addresses."""
    page.goto("/employers/new")
    page.fill("input[name=name]", name)
    page.select_option("select[name=isic_section]", "C")
    press(page, SAVE)
    employer = page.url
    press(page, "a[href*='/contacts/new']")
    page.fill("input[name=name]", CONTACT)
    press(page, SAVE)
    press(page, "a[href*='/vacancies/new'] >> nth=0")
    page.fill("input[name=title]", POST)
    page.select_option("select[name=isco_major]", "7")
    page.check("input[name=languages][value=fr]", force=True)
    press(page, SAVE)
    page.wait_for_url(re.compile("/vacancies/"))
    return employer, page.url


def tell(page, **names):
    """Somebody who agrees to be shown and tells what she can do; gives her dossier."""
    dossier = register(page, **names)
    press(page, "a[href*='/enrolments/new']")
    choose(page, "pathway", "EMP")
    press(page, SAVE)
    press(page, "a[href*='/diagnoses/new'] >> nth=0")
    page.check("input[name=isco_wanted][value='7']", force=True)
    page.check("input[name=languages_fluent][value=fr]", force=True)
    press(page, SAVE)
    person = dossier.rsplit("/", 1)[1].split("?")[0]
    page.goto(f"/people/{person}/consents?purpose=REFER")
    choose(page, "answer", "yes")
    choose(page, "how", "oral")
    press(page, SAVE)
    return dossier


def figures(page):
    """EMP-01 to EMP-03 of this year, as their own pages say them."""
    found = []
    for code in ("EMP-01", "EMP-02", "EMP-03"):
        page.goto(f"/indicators/{code}?period={clock.today().year}")
        assert not [name for name in NAMES if name in page.content()]
        found.append(int(re.sub(r"\D", "", page.locator(".stat-figure").first.inner_text())))
    return found


def test_from_a_vacancy_to_a_hire(visit, served):
    coordinator = visit("amina")
    before = figures(coordinator)
    page = visit("yassine")
    employer, vacancy = look_for_staff(page)
    dossier = tell(page, given="Houria", family="Naciri")

    page.goto(f"{vacancy}/people")
    expect(page.locator("main .badge-good")).to_be_visible()  # she fits, and is shown by her code
    assert "Naciri" not in page.content()
    press(page, "main a[href*='/applications/new'] >> nth=0")
    press(page, SAVE)
    page.wait_for_url(re.compile("/applications/"))
    application = page.url

    press(page, "a[href*='/interviews/new']")
    choose(page, "interview_outcome", "HELD")
    page.fill("textarea[name=note]", "Bon échange avec l’atelier.")
    press(page, SAVE)
    expect(page.get_by_text("Bon échange avec l’atelier.")).to_be_visible()

    press(page, "a[href*='/internships/new']")  # an end before the beginning: said, nothing lost
    choose(page, "internship_state", "RUN")
    page.fill("input[name=ends_on]", "2020-01-01")
    page.fill("input[name=supervisor]", CONTACT)
    press(page, SAVE)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("input[name=supervisor]")).to_have_value(CONTACT)
    page.fill("input[name=ends_on]", "")
    press(page, SAVE)

    press(page, "a[href*='/hires/new']")
    choose(page, "contract_type", "CDI")
    choose(page, "hire_evidence", "CONTRACT")
    press(page, SAVE)
    expect(page.locator("main .badge-good").first).to_be_visible()

    page.goto(f"{application}/interviews/new")  # closed: a sentence, and the way on
    choose(page, "interview_outcome", "HELD")
    press(page, SAVE)
    expect(page.locator(".error-summary")).to_be_visible()
    page.goto(dossier)
    expect(
        page.locator(f"dl a[href='/applications/{application.rsplit('/', 1)[1]}']")
    ).to_have_count(1)
    page.goto("/vacancies?show=filled")
    expect(page.get_by_text(POST)).to_be_visible()

    after = figures(coordinator)
    assert [x - y for x, y in zip(after, before, strict=True)] == [1, 1, 1]
    for address in (employer, vacancy, application, dossier, "/employers", "/applications"):
        answer = coordinator.request.get(address)
        assert answer.status == 403
        assert not [name for name in NAMES if name in answer.text()]
    for path in served[1].rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [name for name in NAMES if name.encode() in content], path.name


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_of_placement_shut_nobody_out(visit, language):
    page = visit("yassine", language, bypass_csp=True)
    employer, vacancy = look_for_staff(page, f"{EMPLOYER} {language}")
    dossier = tell(page, given="Khady", family=f"Ndiaye {language}")
    person = dossier.rsplit("/", 1)[1].split("?")[0]
    assert_open_to_all(page, "/employers", "/employers/new", employer, f"{employer}/edit",
                       f"{employer}/contacts/new", f"{employer}/exchanges/new",
                       f"{employer}/vacancies/new", "/vacancies", vacancy, f"{vacancy}/people",
                       f"/people/{person}/vacancies")  # fmt: skip
    page.goto(f"/people/{person}/applications/new?vacancy={vacancy.rsplit('/', 1)[1]}")
    assert_open_to_all(page)
    press(page, SAVE)
    here = page.url
    steps = [f"{here}/{name}/new" for name in ("interviews", "internships", "hires", "moves")]
    assert_open_to_all(page, here, "/applications", *steps)
