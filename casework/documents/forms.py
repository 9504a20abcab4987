# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form that brings a file."""

import wtforms
from wtforms.validators import DataRequired, Length, Optional

from casework.i18n import _l
from casework.web import ChoiceField, forms

from .models import TITLE_LENGTH, CareerDocument
from .papers import ENDINGS

_document = CareerDocument.business.fields


class DocumentForm(forms.OnceForm):
    """A file and what it is. A browser never gives a file back: refused, it is chosen again."""

    career_document = ChoiceField.of(_document["career_document"], required=True)
    title = wtforms.StringField(
        _document["title"].label, [Optional(), Length(max=TITLE_LENGTH)],
        description=_l("Sealed like all the rest. The name of the file is not kept."),
    )  # fmt: skip
    file = wtforms.FileField(
        _l("File to keep"), [DataRequired(_l("Choose a file."))],
        render_kw={"accept": ",".join(ENDINGS)},
        description=_l("PDF, JPEG, PNG, DOCX or ODT, at most 5 MB."),
    )  # fmt: skip
