# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import ClassVar

import pytest
import wtforms
from flask import g
from werkzeug.datastructures import MultiDict

from casework import i18n
from casework.errors import Refusal
from casework.web import BaseForm, ChoiceField, LongTextField
from casework.web.forms import MoneyField, is_optional

from . import manners


class AmountForm(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False

    amount = MoneyField("Amount", [wtforms.validators.Optional()])


class SmallForm(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False

    name = wtforms.StringField("Name", [wtforms.validators.InputRequired()])
    secret = wtforms.PasswordField("Secret")
    age = wtforms.IntegerField("Age", [wtforms.validators.Optional()])
    sex = ChoiceField("Sex", codes="sex", unsaid=True)
    kind = ChoiceField("Kind", codes="session_type", required=True)
    language = ChoiceField("Language", codes="language")
    note = LongTextField("Note", longest=10)


@pytest.fixture
def form(gallery_app):
    with gallery_app.test_request_context(method="POST"):
        yield lambda **typed: SmallForm(MultiDict({"kind": "INDIV", "name": "A", **typed}))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "Remplissez ce champ."), ("ar", "املأ هذه الخانة."), ("en", "Fill this in.")],
)
def test_a_form_speaks_the_language_of_its_reader(form, language, sentence):
    with i18n.use_language(language):
        asked = form(name="")
        assert not asked.validate()
        assert asked.name.errors == [sentence]


def test_no_sentence_of_the_library_is_shown(form):
    with i18n.use_language("fr"):
        asked = form(age="twelve", kind="NOT-A-CODE", sex="X", language="??")
        asked.validate()
        assert asked.age.errors == ["Indiquez un nombre entier."]
        assert (
            asked.kind.errors
            == asked.sex.errors
            == asked.language.errors
            == ["Choisissez une des réponses."]
        )


def test_a_text_too_long_comes_back_whole(form):
    asked = form(note="a" * 12)
    with i18n.use_language("fr"):
        assert not asked.validate()
        assert asked.note.errors == ["Ce texte dépasse de 2 caractères. 10 au plus."]
    assert asked.note.data == "a" * 12
    assert "a" * 12 in asked.note()


def test_no_answer_is_an_answer_unless_one_is_needed(form):
    asked = form()
    assert asked.validate()
    assert asked.sex.data is None
    needed = SmallForm(MultiDict({"name": "A"}))
    assert not needed.validate()
    assert list(needed.errors) == ["kind"]


def test_what_a_person_keeps_to_herself_can_be_said(form):
    asked = form(sex="PNS")
    assert asked.validate()
    assert asked.sex.data == "PNS"


def test_few_answers_are_chips_and_many_are_a_list(form):
    asked = form()
    assert asked.sex.as_chips
    assert not asked.language.as_chips


@pytest.mark.parametrize(
    "typed",
    [
        "  Amina\u200b ", "\ufeffAmina", "Amina\x00\n", "Ami\u2060na",
        "\u202eAmina\u202c", "\u202aAmina", "\u2066Ami\u2069na", "Amina\u2067\u2068",
    ],
)  # fmt: skip
def test_a_name_is_found_again_however_it_was_typed(form, typed):
    assert form(name=typed).name.data == "Amina"


def test_letters_are_composed_one_way(form):
    assert form(name="Ame\u0301lie").name.data == "Amélie"


def test_joiners_of_arabic_letters_are_kept(form):
    assert form(name="می\u200cخواهم").name.data == "می\u200cخواهم"


def test_a_password_is_left_as_typed(form):
    assert form(secret="  two  words ").secret.data == "  two  words "


def test_a_form_shown_again_answers_422_and_keeps_everything(visitor):
    token = manners.token(visitor.get("/form").text)
    typed = {"csrf_token": token, "note": "n" * 501, "family": "<Ali & Co>", "kind": "INDIV"}
    answer = visitor.post("/form", data=typed)
    assert answer.status_code == 422
    assert "n" * 501 in answer.text
    assert "&lt;Ali &amp; Co&gt;" in answer.text
    assert 'value="INDIV" id="kind-1" checked' in answer.text


def test_a_form_refused_by_a_rule_answers_409_with_the_sentence(visitor):
    token = manners.token(visitor.get("/gallery").text)
    typed = {"csrf_token": token, "note": "refuse", "family": "Ali", "kind": "INDIV"}
    answer = visitor.post("/gallery", data={**typed, "when": "2026-03-12"})
    assert answer.status_code == 409
    assert "This case is closed." in answer.text
    assert 'value="Ali"' in answer.text


def test_a_rule_may_speak_beside_its_field(form, gallery_app):
    asked = form()
    assert asked.validate()
    asked.refuse(Refusal("Too many.", 422), field="name")
    assert asked.errors == {"name": ["Too many."]}


def test_a_get_with_no_errors_answers_200_after_one_that_failed(visitor):
    token = manners.token(visitor.get("/form").text)
    assert visitor.post("/form", data={"csrf_token": token}).status_code == 422
    assert visitor.get("/form").status_code == 200


def test_a_text_held_while_the_post_was_locked_comes_back(gallery_app):
    with gallery_app.test_request_context("/form?held=1"):
        g.held = MultiDict({"name": "Amina", "note": "a", "kind": "INDIV"})
        asked = SmallForm()
        assert (asked.name.data, asked.kind.data) == ("Amina", "INDIV")
        assert not asked.errors
    with gallery_app.test_request_context("/form", method="POST", data={"name": "Other"}):
        g.held = MultiDict({"name": "Amina"})
        assert SmallForm().name.data == "Other"


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "-inf", "sNaN", "douze"])
def test_an_amount_that_is_no_number_is_refused_in_a_sentence(gallery_app, typed):
    with gallery_app.test_request_context(method="POST"), i18n.use_language("fr"):
        form = AmountForm(MultiDict({"amount": typed}))
        assert not form.validate()
        assert form.amount.errors == ["Indiquez un nombre."]
        assert form.amount._value() == typed


def test_an_amount_is_read_in_figures_of_any_script(gallery_app):
    with gallery_app.test_request_context(method="POST"):
        form = AmountForm(MultiDict({"amount": "\u0661\u0662 500\u066b50"}))
        assert form.validate()
        assert form.amount.centimes == 1_250_050


class ForSomeForm(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False

    ONLY: ClassVar = {"why": ("state", "off", "gone")}

    state = wtforms.StringField("State")
    why = wtforms.StringField("Why")


def test_what_is_asked_for_some_answers_says_so_itself(form):
    asked = ForSomeForm(MultiDict({"state": "on"}))
    assert asked.only == "why:state:off:gone"
    assert [is_optional(one) for one in asked] == [True, False]
    assert asked.validate()
    assert form().only == ""
