# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a person's career documents. A file leaves as an attachment with a neutral name."""

import uuid
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from casework.access import GuardedBlueprint, Permission, blueprint, drafts, fetch
from casework.codelists import label
from casework.i18n import _
from casework.people import Person

from . import actions
from .forms import DocumentForm
from .models import CareerDocument, documents_of
from .papers import read_paper

pages = GuardedBlueprint("documents", __name__)
BOTH = ["GET", "POST"]

HERS = "/people/<uuid:person_id>/documents"
HEAVIEST = 12 * 1024 * 1024  # beyond what can be kept, so that its sender reads the sentence


@pages.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Any) -> None:
    """Before anything reads the form. Files stay in memory, see `web.security`."""
    if endpoint == "documents.new_document":
        request.max_content_length = HEAVIEST


@pages.route(HERS, needs=Permission.DOCUMENT_READ)
def list_documents(person_id: uuid.UUID) -> Any:
    person = fetch(Person, person_id)
    found = documents_of(person)
    blueprint.hits(len(found))
    return render_template("documents/list_documents.html", person=person, found=found, label=label)


@pages.route(f"{HERS}/new", needs=Permission.DOCUMENT_WRITE, methods=BOTH)
def new_document(person_id: uuid.UUID) -> Any:
    person, form = fetch(Person, person_id), DocumentForm()
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            sent = form.file.data
            paper = read_paper(sent.filename or "", sent.read())
            said = form.said("career_document", "title")
            actions.keep(person, paper, id=form.record_id(), **said)
            return _documents(person, _("The document is kept."))
    return render_template("documents/new_document.html", form=form, person=person)


@pages.route(f"{HERS}/<uuid:document_id>", needs=Permission.DOCUMENT_READ)
def download_document(person_id: uuid.UUID, document_id: uuid.UUID) -> Any:
    """The file itself: nothing of ours ever shows it within a page."""
    person, document = _hers(person_id, document_id)
    name = f"{person.code}-{document.business.career_document}{document.suffix}"
    response = Response(actions.file_of(document), content_type=document.business.media)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "sandbox"  # beside that of every page
    return response


@pages.route(f"{HERS}/<uuid:document_id>/remove", needs=Permission.DOCUMENT_WRITE, methods=["POST"])
def remove_document(person_id: uuid.UUID, document_id: uuid.UUID) -> Any:
    person, document = _hers(person_id, document_id)
    actions.remove(document)
    return _documents(person, _("The document is destroyed."))


def _hers(person_id: uuid.UUID, document_id: uuid.UUID) -> tuple[Person, CareerDocument]:
    person, document = fetch(Person, person_id), fetch(CareerDocument, document_id)
    if document.person_id != person.id:
        abort(404)
    return person, document


def _documents(person: Person, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for(".list_documents", person_id=person.id), 303)
