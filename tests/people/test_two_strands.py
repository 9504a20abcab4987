# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hub staff never learn that a listening cell follows the same human, by any sign of the pages.

Time is told by the work done, not by a clock: the statements sent to the main database, the
envelopes and the keys opened. Equal work is what a clock cannot tell apart.
"""

import re
import uuid
from contextlib import contextmanager
from importlib import import_module

import pytest
import sqlalchemy as sa

from casework import clock
from casework.access import Permission
from casework.db import db, transaction
from casework.keys import formats
from casework.listening import log_session, open_case
from casework.listening.actions import record_contact
from casework.people import Person, numbers
from tests.listening.conftest import LONG_AGO

from .conftest import STAFF, post

NAME = {"given": "Fatima Zahra", "family": "Cherkaoui", "given_ar": "فاطمة الزهراء",
        "family_ar": "الشرقاوي"}  # fmt: skip
HUMAN = {**NAME, "phones": ["0612345678"], "document_number": "F123456", "birth_year": 1990}
TYPED = ("Fatima Zahra Cherkaoui", "فاطمة الزهراء الشرقاوي", "0612345678", "F123456", "Cherkaoui")
FORM = {"care": "yes", "statistics": "yes", "birth": ["", "", "1990", ""]}
CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9A-Z]{5}-[0-9A-Z]"  # ids and codes
    r'|(csrf_token|nonce|seen|next)"?[^>\n]*'
)
VALUES = re.compile(r"(?:\(?(?:%\(\w+\)s|\?)(?:::\w+)?\)?(?:, )?)+")  # a longer name has more
HUB_STAFF = [name for name, (role, _site) in STAFF.items() if role.startswith("hub")]


@pytest.fixture(autouse=True)
def _one_moment():
    """That a session was used again is written down every half minute: a slow run would hear it."""
    with clock.frozen(clock.now()):
        yield


@pytest.fixture(autouse=True)
def _nothing_by_chance(monkeypatch):
    """A few strangers share each token, and which ones hangs on the keys of the run: then one file
    more is opened, for whoever asks. Here nobody shares one."""
    tokens = import_module("casework.vault.tokens")
    whole = tokens.truncated
    monkeypatch.setattr(tokens, "truncated", lambda key, form, _bits: whole(key, form, 62))


@contextmanager
def counting():
    """The work done meanwhile: statements sent to the main database, without their values, and
    what was opened and sealed."""
    done = []

    def hear(_connection, _cursor, statement, *_more):
        done.append(VALUES.sub("…", statement))

    def heard(name, work):
        def do(*some, **more):
            done.append(name)
            return work(*some, **more)

        return do

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("unseal", "seal", "unwrap", "wrap", "unseal_file"):
            patch.setattr(formats, name, heard(name, getattr(formats, name)))
        yield done
    sa.event.remove(db.engine, "before_cursor_execute", hear)


def all_of(answer, done):
    """All that a visitor can tell of an answer: status, every header, page, and work it caused."""
    headers = {
        name: CHANGING.sub("", value)
        for name, value in answer.headers
        if name not in ("Set-Cookie", "Content-Length", "Date")  # a longer name, a longer page
    }
    page = CHANGING.sub("", answer.get_data(as_text=True))
    return answer.status_code, headers, page, done


def seen_by(browser, url, page=None, **data):
    browser.get(page or url)
    with counting() as done:
        answer = post(browser, url, page=page, **data)
    return all_of(answer, done)


def opened_by(browser, url, method="get", **data):
    with counting() as done:
        answer = getattr(browser, method)(url, **data)
    return all_of(answer, done)


# ------------------------------------------------------------------ what is typed


def signs(browser, newcomer):
    """What searching for the human, and registering her or somebody else, shows at the hub."""
    return [
        *(seen_by(browser, "/people/search", q=typed) for typed in TYPED),
        seen_by(browser, "/people/search", q="Fatima Zahra Cherkaoui", birth_year="1990"),
        seen_by(browser, "/people/new", **NAME, **FORM, document_number="F123456"),
        seen_by(browser, "/people/new", **NAME, **{**FORM, "care": "no"}),
        seen_by(browser, "/people/new", **NAME, **FORM, phones="12"),
        seen_by(browser, "/people/new", **newcomer, **FORM),
    ]


@pytest.mark.parametrize("is_at_the_hub", [True, False])
def test_nothing_tells_the_hub_whom_a_cell_follows(programme, sign_in, is_at_the_hub):
    """The same pages and the same work behind them, before a cell follows her and after."""
    other = {"given": "Rim", "family": "Alaoui", "document_number": "F123456"}
    programme.register(by="omar", **(HUMAN if is_at_the_hub else other))
    browser = sign_in("omar")
    signs(browser, {"given": "Younes", "family": "Bakkali", "phones": "0655555555"})  # warms up
    before = signs(browser, {"given": "Aya", "family": "Tazi", "phones": "0666666666"})
    follow(programme, HUMAN)
    follow(programme, {"given": "Nora", "family": "Sbai", "phones": ["0677777777"]})
    after = signs(browser, {"given": "Nora", "family": "Sbai", "phones": "0677777777"})
    for one, same in zip(before, after, strict=True):
        assert one == same
    assert [status for status, *_rest in after[-4:]] == [409, 422, 422, 303]


def test_the_proof_hears_a_difference(programme, sign_in):
    """Were the searches of the two strands one, this is how it would show."""
    browser = sign_in("omar")
    signs(browser, {"given": "Younes", "family": "Bakkali", "phones": "0655555555"})
    before = seen_by(browser, "/people/search", q="0612345678")
    programme.register(by="omar", **HUMAN)
    after = seen_by(browser, "/people/search", q="0612345678")
    assert before[2] != after[2]
    assert before[3].count("unseal") < after[3].count("unseal")


def follow(programme, human):
    """A cell registers a human, hears her and writes it down; gives the ids, by their names in
    addresses, and her code."""
    key = programme.register(by="salma", **human)
    with programme.acting("salma"), transaction():
        person = db.session.get_one(Person, key)
        case = open_case(person, first_contact="WALKIN", opened_on=LONG_AGO)
        kind = {"session_type": "INDIV", "session_format": "PERSON", "note": "Elle dort mal."}
        session = log_session(case, held_on=LONG_AGO, **kind)
        site = programme.sites["OUJ"]
        contact = record_contact(site, held_on=LONG_AGO, first_contact="PHONE")
        return {
            "person_id": key, "case_id": case.id, "session_id": session.id,
            "contact_id": contact.id, "enrolment_id": case.id,
        }, person.code  # fmt: skip


# ------------------------------------------------------------------ what is in the address


def addresses(app):
    """Every page that is about a record: its address, and how it is asked for."""
    for rule in app.url_map.iter_rules():
        if any(name.endswith("_id") for name in rule.arguments) and "months" not in rule.arguments:
            view = app.view_functions[rule.endpoint]
            if isinstance(getattr(view, "needs", None), Permission):
                for method in sorted(rule.methods & {"GET", "POST"}):
                    yield rule, method.lower()


def placed(rule, known):
    """The address with these ids in it; of a choice, the first word."""
    chosen = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(known(part[1])), chosen)


@pytest.mark.parametrize("name", HUB_STAFF)
def test_an_address_of_a_cells_file_is_like_one_of_nothing(app, programme, sign_in, name):
    """Every page of the product, read and sent to, with the ids of a file that there is."""
    ids, _code = follow(programme, HUMAN)
    browser = sign_in(name)
    token = token_of(browser)
    asked = list(addresses(app))
    assert len(asked) > 100
    for rule, method in asked:
        data = {"data": {"csrf_token": token}} if method == "post" else {}

        def made_up(_argument):
            return uuid.uuid4()

        def hers(argument):
            return ids.get(argument, ids["person_id"])

        opened_by(browser, placed(rule, made_up), method, **data)  # warms up
        nothing = opened_by(browser, placed(rule, made_up), method, **data)
        there = opened_by(browser, placed(rule, hers), method, **data)
        assert nothing == there, rule.rule
        assert there[0] in (403, 404), rule.rule


def token_of(browser):
    page = browser.get("/people/search").text
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def test_a_code_of_a_cells_file_is_like_one_of_nobody(programme, sign_in):
    _ids, code = follow(programme, HUMAN)
    browser = sign_in("omar")
    nobody = numbers.new_code()

    def typed(words):
        return [
            seen_by(browser, "/people/search", q=words),
            seen_by(browser, "/orientations/group", others=words),
            seen_by(browser, "/dossiers/named", page="/dossiers", part=words),
        ]

    typed(numbers.new_code())  # warms up
    for one, same in zip(typed(nobody), typed(code), strict=True):
        assert one == same


# ------------------------------------------------------------------ what shows by itself


def test_no_page_of_the_hub_changes_when_a_cell_follows_someone(programme, sign_in):
    """Lists, the board, what is due; but for figures of the whole programme, which count."""
    programme.register(by="omar", **HUMAN)
    pages = ("/dossiers", "/dossiers?show=all", "/dossiers/open", "/board?show=all", "/reminders",
             "/businesses", "/events", "/people/new", "/orientations/group")  # fmt: skip
    browsers = [sign_in(name) for name in HUB_STAFF]

    def shown():
        found = [opened_by(browser, page) for browser in browsers for page in pages]
        named = {"page": "/dossiers"}
        return found + [
            seen_by(browser, "/dossiers/named", **named, part=part)
            for browser in browsers for part in TYPED
        ]  # fmt: skip

    shown()
    before = shown()
    follow(programme, HUMAN)
    after = shown()
    for one, same in zip(before, after, strict=True):
        assert one == same
    assert [status for status, *_rest in after].count(200) >= len(after) - 1  # no events of hers


def test_a_cell_is_not_told_either(programme, sign_in):
    programme.register(by="omar", **HUMAN)
    page = post(sign_in("salma"), "/people/search", q="0612345678").text
    assert "Ask" not in page
    assert "list-row" not in page
