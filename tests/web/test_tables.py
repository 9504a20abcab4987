# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of a table: nothing a cell says is taken for markup, and a phone knows its label."""

import datetime as dt
import uuid

import pytest
from flask import Flask
from markupsafe import Markup

from casework.web.tables import linked, table_rows

WORDS = '<b>"&amp;'
SAFE = "&lt;b&gt;&#34;&amp;amp;"


@pytest.fixture
def request_at():
    app = Flask(__name__)
    app.add_url_rule("/files/<uuid:file_id>/part", "show", lambda file_id: "")
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    "column", [("Word",), ("Word", "number"), ("Word", "", None, {WORDS: WORDS}),
               ("Word", "", None, str.lower)],
)  # fmt: skip
def test_a_value_is_never_markup(request_at, column):
    body = table_rows([("Code",), column], [[WORDS, WORDS]])
    assert "<b>" not in body
    assert body.count(SAFE) == 2


def test_a_label_is_never_markup(request_at):
    body = table_rows([("Code",), (WORDS,)], [["1", "2"]])
    assert f'data-l="{SAFE}"' in body


def test_a_component_in_a_cell_stays_one(request_at):
    badge = Markup("<span>ok</span>")
    assert badge in table_rows([("Code",), ("State", "", None, {"x": badge})], [["1", "x"]])


def test_the_first_cell_names_its_row_and_has_no_label(request_at):
    body = table_rows([("Code",), ("State",)], [["K7", "open"]])
    assert body == '<tr><th scope="row">K7</th><td data-l="State">open</td></tr>\n'


def test_what_is_not_shown_and_what_has_not_been_are_not_alike(request_at):
    columns = [("Code",), ("Sessions", "number"), ("Last", "day")]
    assert ">:</td>" in table_rows(columns, [["1", None, dt.date(2023, 1, 2)]])
    assert ">–</td>" in table_rows(columns, [["1", 0, None]])


def test_a_row_with_a_cell_too_many_is_a_fault_of_ours(request_at):
    with pytest.raises(ValueError, match="zip"):
        table_rows([("Code",)], [["1", "2"]])


def test_a_link_goes_to_its_record_by_words_that_are_not_markup(request_at):
    key = uuid.uuid4()
    said = linked("show", "file_id")((key, WORDS))
    assert said == f'<a href="/files/{key}/part"><bdi>{SAFE}</bdi></a>'
