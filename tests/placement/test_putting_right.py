# SPDX-License-Identifier: AGPL-3.0-or-later
"""A step that a colleague wrote is put right by who heads the hub, with a reason."""

import datetime as dt

import pytest

from casework.errors import Refusal
from casework.placement import Hire, Interview, actions
from tests.business.conftest import head_hired
from tests.listening.conftest import counted
from tests.listening.test_pages_of_a_cell import LANGUAGES, prefilled
from tests.web import manners

WHY = "Saisie sur la mauvaise candidature."


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_strikes_a_hire_with_a_reason(ways, programme, sign_in, language):
    head_hired(programme)
    key = ways.applied()
    hire = ways.hire(key)
    browser, here = sign_in("samira", language), f"/applications/{key}"
    address = f"{here}/hires/{hire}"
    assert address in browser.get(here).text
    form = browser.get(address)
    manners.check(form.text, language)
    struck = {**prefilled(form.text), "mistaken": "y"}
    assert browser.post(address, data=struck).status_code == 422
    assert counted("hired").value == 1
    assert browser.post(address, data={**struck, "why": WHY}).status_code == 303
    assert counted("hired").value == 0
    assert ways.state(key) != "HIRED"
    told = browser.get(here).text
    manners.check(told, language)
    assert WHY in told
    assert "Samira" in told


def test_what_goes_on_asks_nobody_why_and_names_who_went_on(ways, programme, sign_in):
    head_hired(programme)
    key = ways.applied()
    planned = ways.interview(key, held_on=dt.date(2026, 3, 20), interview_outcome="PLANNED")
    running = ways.internship(key, internship_state="RUN", ends_on=None)
    browser, here = sign_in("samira"), f"/applications/{key}"
    for address, said in (
        (f"{here}/internships/{running}", {"note": "Tout va bien."}),
        (f"{here}/interviews/{planned}", {"interview_outcome": "CANCEL"}),
    ):
        form = browser.get(address).text
        assert 'name="why"' not in form
        assert browser.post(address, data={**prefilled(form), **said}).status_code == 303
    assert "Samira" in browser.get(here).text
    with pytest.raises(Refusal) as refused:  # it is over now: she says why
        ways.change(actions.correct_interview, Interview, planned, by="samira", note="Autre.")
    assert refused.value.status == 422


def test_a_head_of_cells_has_no_say(ways, programme):
    key = ways.applied()
    hire = ways.hire(key)
    with ways.see(Hire, hire) as row:
        assert row.may_be_mended
        with ways.programme.acting("said"):
            assert not row.may_be_mended
