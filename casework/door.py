# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door of the command line: whatever is refused there is said in the language of the terminal.

Click knows its sentences in English only: wrong use is said again here in other languages.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click
import sqlalchemy as sa

from . import config, i18n
from .errors import Refusal
from .i18n import _, _l
from .vault import VaultError


class Door(click.Group):
    """The commands behind either door. They speak the language of the terminal, and a refusal is
    a sentence, never a traceback."""

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        i18n.set_language(i18n.language_of(os.environ))
        with _wrong_use_in_our_words():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        logging.basicConfig(level=logging.WARNING)
        try:
            with _wrong_use_in_our_words():
                return super().invoke(ctx)
        except (Refusal, VaultError, config.SettingError) as refusal:
            _refuse(refusal)
        except sa.exc.ArgumentError:
            _refuse(_l("The setting database_url is not the address of a database."))
        except sa.exc.DBAPIError:
            _refuse(_l("The database cannot be used: it is missing, busy or not ours."))
        except BrokenPipeError:  # who read us has read enough
            raise
        except OSError:
            _refuse(_l("A file or folder named here cannot be read or written."))


def _refuse(sentence: object) -> NoReturn:
    click.echo(str(sentence), err=True)
    sys.exit(1)


class WrongUse(click.UsageError):
    """Wrong use, in the language of the terminal; ends with 2."""

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=True)
        if self.ctx is not None:
            click.echo(_("See %(command)s --help.", command=self.ctx.command_path), err=True)


@contextmanager
def _wrong_use_in_our_words() -> Iterator[None]:
    try:
        yield
    except (WrongUse, click.exceptions.NoArgsIsHelpError):
        raise
    except click.UsageError as wrong:
        raise WrongUse(_sentence(wrong), wrong.ctx) from None


def _sentence(wrong: click.UsageError) -> str:
    if i18n.language() == "en":
        return wrong.format_message()
    if isinstance(wrong, click.NoSuchOption):
        return _("There is no option %(name)s.", name=wrong.option_name)
    if isinstance(wrong, click.BadOptionUsage):
        return _("The option %(name)s is given wrongly.", name=wrong.option_name)
    if isinstance(wrong, click.BadParameter) and wrong.param is not None:
        name = wrong.param.get_error_hint(wrong.ctx)  # type: ignore[arg-type]
        if isinstance(wrong, click.MissingParameter):
            return _("%(name)s is missing.", name=name)
        return _("%(name)s does not take this value.", name=name)
    return _("The command is not used like this.")
