# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of the door and of the administrator. They mirror no record."""

import wtforms
from wtforms.validators import InputRequired, Length

from casework.i18n import LANGUAGES, _l
from casework.policy import ROLES
from casework.web import BaseForm, ChoiceField

LATIN = {"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}


def _password(label: object, autocomplete: str) -> wtforms.PasswordField:
    shown = {"autocomplete": autocomplete}
    return wtforms.PasswordField(label, [InputRequired()], render_kw=shown)


class SignInForm(BaseForm):
    login = wtforms.StringField(
        _l("User name"), [InputRequired()], render_kw={"autocomplete": "username", **LATIN}
    )
    password = _password(_l("Password"), "current-password")
    is_shared = wtforms.BooleanField(_l("Others use this post too"))
    carried = wtforms.HiddenField()  # a sealed form that was sent while nobody was signed in


class UnlockForm(BaseForm):
    password = _password(_l("Password"), "current-password")
    carried = wtforms.HiddenField()  # a sealed form that was too long to be held for her


class PasswordForm(BaseForm):
    password = _password(_l("Present password"), "current-password")
    new_password = _password(_l("New password"), "new-password")


class UserForm(BaseForm):
    name = wtforms.StringField(_l("Name"), [InputRequired(), Length(max=80)])
    login = wtforms.StringField(
        _l("User name"), [InputRequired(), Length(max=60)], render_kw=LATIN,
        description=_l("What is typed to sign in, without spaces. It cannot be changed later."),
    )  # fmt: skip
    language = wtforms.SelectField(
        _l("Language"), choices=lambda: [(one.code, one.name) for one in LANGUAGES.values()]
    )


class GrantForm(BaseForm):
    """`site` is filled by the view; empty for a role of the whole programme."""

    role = wtforms.SelectField(
        _l("Role"), choices=lambda: [(code, str(role.label)) for code, role in ROLES.items()]
    )
    site = wtforms.SelectField(_l("Site"), [wtforms.validators.Optional()])


class SiteForm(BaseForm):
    code = wtforms.StringField(
        _l("Code"), [InputRequired(), Length(max=12)], render_kw=LATIN,
        description=_l("A few letters that stand for it in tables and exports, such as OUJ."),
    )  # fmt: skip
    kind = ChoiceField(_l("Kind"), codes="site_kind", required=True)
    name_fr = wtforms.StringField(_l("Name in French"), [InputRequired(), Length(max=80)])
    name_ar = wtforms.StringField(_l("Name in Arabic"), [InputRequired(), Length(max=80)])
    name_en = wtforms.StringField(_l("Name in English"), [InputRequired(), Length(max=80)])
