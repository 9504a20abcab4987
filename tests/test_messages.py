# SPDX-License-Identifier: AGPL-3.0-or-later
"""The script that keeps the catalogues, over catalogues of its own."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "messages.py"
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def messages(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("messages_script", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "LOCALE", tmp_path)
    return script


def merged(messages, listed, added):
    """What French says of `Save` once `added` was merged into a catalogue that holds `listed`."""
    (messages.LOCALE / "fr.po").write_text(HEAD + listed, encoding="utf-8")
    words = messages.LOCALE / "words.po"
    words.write_text(HEAD + added, encoding="utf-8")
    messages.merge("fr", words)
    return messages.read("fr")


SAVE = 'msgid "Save"\nmsgstr "Enregistrer"\n'


@pytest.mark.parametrize("listed", [
    "", 'msgid "Save"\nmsgstr ""\n', '#, fuzzy\nmsgid "Save"\nmsgstr "Sauver"\n',
    'msgid "Save"\nmsgstr "Sauver"\n',
])  # fmt: skip
def test_words_merged_are_said(messages, listed):
    found = merged(messages, listed, SAVE).get("Save")
    assert (found.string, found.fuzzy) == ("Enregistrer", False)


def test_places_stay_where_a_message_was_listed(messages):
    found = merged(messages, '#: templates/a.html\nmsgid "Save"\nmsgstr ""\n', SAVE).get("Save")
    assert [place for place, _line in found.locations] == ["templates/a.html"]


def test_every_form_of_a_number_is_said(messages):
    plural = 'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\n'
    listed = plural + 'msgstr[0] ""\nmsgstr[1] ""\n'
    added = plural + 'msgstr[0] "%(n)s jour"\nmsgstr[1] "%(n)s jours"\n'
    assert merged(messages, listed, added).get("%(n)s day").string == ("%(n)s jour", "%(n)s jours")


def test_empty_words_take_nothing_away(messages):
    assert merged(messages, SAVE, 'msgid "Save"\nmsgstr ""\n').get("Save").string == "Enregistrer"
