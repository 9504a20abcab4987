# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hub staff never learn that a listening cell follows the same human, by any sign of the pages."""

import re
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from casework.db import db

from .conftest import post

NAME = {"given": "Fatima Zahra", "family": "Cherkaoui", "given_ar": "فاطمة الزهراء",
        "family_ar": "الشرقاوي"}  # fmt: skip
HUMAN = {**NAME, "phones": ["0612345678"], "document_number": "F123456", "birth_year": 1990}
TYPED = ("Fatima Zahra Cherkaoui", "فاطمة الزهراء الشرقاوي", "0612345678", "F123456")
FORM = {"care": "yes", "statistics": "yes", "birth": ["", "", "1990", ""]}
CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9A-Z]{5}-[0-9A-Z]"  # ids and codes
    r'|(csrf_token|nonce|seen|next)"?[^>\n]*'
)


VALUES = re.compile(r"(?:\(?(?:%\(\w+\)s|\?)(?:::\w+)?\)?(?:, )?)+")  # a longer name has more


@contextmanager
def counting():
    """The statements sent to the main database meanwhile, without their values."""
    sent = []

    def hear(_connection, _cursor, statement, *_more):
        sent.append(VALUES.sub("…", statement))

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", hear)


def seen_by(browser, url, **data):
    """All that a visitor can tell of an answer: status, place, page, and work it caused."""
    browser.get(url)
    with counting() as sent:
        answer = post(browser, url, **data)
    text = CHANGING.sub("", answer.text)
    return answer.status_code, CHANGING.sub("", answer.location or ""), text, sent


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
    programme.register(by="salma", **HUMAN)
    programme.register(by="salma", given="Nora", family="Sbai", phones=["0677777777"])
    after = signs(browser, {"given": "Nora", "family": "Sbai", "phones": "0677777777"})
    for one, same in zip(before, after, strict=True):
        assert one == same
    assert [status for status, *_rest in after[-4:]] == [409, 422, 422, 303]


def test_a_cell_is_not_told_either(programme, sign_in):
    programme.register(by="omar", **HUMAN)
    page = post(sign_in("salma"), "/people/search", q="0612345678").text
    assert "Ask" not in page
    assert "list-row" not in page
