# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line: one short command per duty, each calling one verb of a room.

Exit 0 on success, 1 when a rule refuses (one sentence on standard error, nothing changed),
2 on wrong use. Commands that count and verify act as the system, which can open no file.
"""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app

from . import bare_app, ceremony, config, create_app, demo, facts, indicators, server
from .access import actions as access
from .audit import trace
from .audit import verify as verify_trail
from .db import check_database, transaction
from .door import Door, WrongUse
from .errors import Refusal
from .facts import ledger
from .files import write_new
from .i18n import _, _n
from .indicators.catalogue import CATALOGUE, MONTH
from .staff import acting_as_system
from .vault import opening
from .vault.vault import scrub_log

DAY = click.DateTime(formats=["%Y-%m-%d"])
PATIENCE, ERASED = 2, "\r\033[K"  # seconds; what takes a line of a terminal away


def main() -> None:
    """What `.venv/bin/casework` runs."""
    casework()


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
def casework() -> None:
    """Case management for listening cells and a business hub.

    Example: casework indicators --from 2019-01-01 --to 2023-12-31
    """


def opened(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application of this instance, and let go of it properly."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        app = create_app(passphrase=_passphrase())
        try:
            with app.app_context(), _still_there():
                return command(*arguments, **options)
        finally:
            app.extensions["trail"].close()

    return run


@contextmanager
def _still_there() -> Iterator[None]:
    """On a terminal, count the seconds of whatever takes more than two of them."""
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()

    def count() -> None:
        seconds = PATIENCE
        while not over.wait(PATIENCE if seconds == PATIENCE else 1):
            click.echo(f"\r… {seconds} s", nl=False, err=True)
            seconds += 1
        if seconds > PATIENCE:
            click.echo(ERASED, nl=False, err=True)

    counting = threading.Thread(target=count, daemon=True)
    counting.start()
    try:
        yield
    finally:
        over.set()
        counting.join()


def _passphrase() -> str | None:
    """Asked for where the key file has no machine slot and a person is at the terminal."""
    settings = config.load()
    if settings.machine_key.exists() or not sys.stdin.isatty():
        return None
    return str(click.prompt(_("Passphrase"), hide_input=True)) if _is_made(settings) else None


def _is_made(settings: config.Settings) -> bool:
    return (settings.instance / "keyfile.json").exists()


def _tell(report: Any) -> None:
    """Print what a drill found, ending on its plain sentence; exit 1 unless all holds."""
    for line in report.lines:
        click.echo(str(line))
    click.echo(str(report.sentence))
    if not report.ok:
        sys.exit(1)


# ------------------------------------------------------------------ an instance


@casework.command()
@click.option("--unattended", is_flag=True, help="Make a machine key; ask nothing.")
def init(unattended: bool) -> None:
    """Make a new instance: keys, schema, first administrator.

    Example: casework init
    """
    passphrase = None if unattended else _new_passphrase()
    app = ceremony.new_instance(passphrase=passphrase)
    with app.app_context(), transaction():
        user, password = access.create_user("admin", "Administration")
        access.grant(user, "administrator")
    app.extensions["trail"].close()
    if unattended:
        click.echo(str(ceremony.MACHINE_WARNING))
    click.echo(f"admin  {password}")


def _new_passphrase() -> str:
    return str(click.prompt(_("New passphrase (six words or more)"), hide_input=True,
                            confirmation_prompt=_("The same once more")))  # fmt: skip


@casework.command("demo")
@click.option(
    "--scale",
    default=1,
    type=click.IntRange(1),
    show_default=True,
    help="So many times as many people.",
)
@click.option("--seed", default=1, show_default=True, help="Another seed, other people.")
@click.option("--unless-filled", is_flag=True, help="Do nothing where the demo stands already.")
def demo_command(scale: int, seed: int, unless_filled: bool) -> None:
    """Fill an empty instance with the fictional programme.

    Example: casework demo --scale 2
    """
    settings = config.load()
    if unless_filled and server.is_demo(settings):
        _check_opens()
    else:
        app = create_app() if _is_made(settings) else ceremony.new_instance()
        with app.app_context():
            demo.fill(seed, scale, _progress)
        app.extensions["trail"].close()
        click.echo("")
    click.echo(str(ceremony.MACHINE_WARNING))
    for role, login in demo.SIGN_INS.items():
        click.echo(f"  {role:<18} {login:<10} {demo.PASSWORD}")


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done} / {of}", nl=False, err=True)


def _check_opens(passphrase: str | None = None) -> None:
    """Whether this instance opens: refused here, in a sentence, and not in a worker or later."""
    app = create_app(passphrase=passphrase)
    app.extensions["trail"].close()
    ceremony.check_schema(app)


def _address(_context: click.Context, _option: click.Parameter, bind: str) -> str:
    """An address that is none is wrong use."""
    try:
        server.split_bind(bind)
    except Refusal as refusal:
        raise WrongUse(str(refusal)) from None
    return bind


@casework.command()
@click.option(
    "--bind", default=server.DEFAULT_BIND, show_default=True, metavar="HOST:PORT", callback=_address
)
@click.option("--workers", default=1, type=click.IntRange(1), show_default=True)
def serve(bind: str, workers: int) -> None:
    """Serve this instance.

    Example: casework serve --bind 127.0.0.1:8000
    """
    settings, passphrase = config.load(), _passphrase()
    host, port = server.split_bind(bind)
    server.check_bind(settings, host)
    _check_opens(passphrase)
    server.check_free(host, port)
    click.echo(f"http://{bind}")
    server.serve(settings, bind, workers, passphrase=passphrase)


@casework.command()
def upgrade() -> None:
    """Bring the database of this instance to the schema of this program. Stop the server first.

    Example: casework upgrade
    """
    settings = config.load()
    check_database(settings.database_url, settings.instance)
    ceremony.upgrade_schema(bare_app(settings))
    click.echo(_("The database is up to date."))


# ------------------------------------------------------------------ figures


def _codes(
    _context: click.Context, _option: click.Parameter, codes: tuple[str, ...]
) -> tuple[str, ...]:
    """Codes of indicators; one that is in no catalogue is wrong use."""
    for code in codes:
        if code not in CATALOGUE:
            raise WrongUse(_("There is no indicator %(code)s.", code=code))
    return codes


def _tables(
    _context: click.Context, _option: click.Parameter, by: tuple[str, ...]
) -> list[tuple[str, ...]]:
    """Breakdowns as names of dimensions; a name that is none is wrong use."""
    known = {MONTH, *(name for indicator in CATALOGUE.values() for name in indicator.by)}
    tables = [tuple(one.split(",")) for one in by]
    for name in (name for table in tables for name in table):
        if name not in known:
            raise WrongUse(_("There is no breakdown %(name)s.", name=name))
    return tables


@casework.command("indicators")
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, required=True)
@click.option(
    "--code", "codes", multiple=True, callback=_codes, help="One indicator; may be repeated."
)
@click.option(
    "--by",
    "tables",
    multiple=True,
    callback=_tables,
    help="A breakdown such as site,sex; may be repeated.",
)
@click.option("--internal", is_flag=True, help="Unprotected, to standard output only; traced.")
@click.option("--format", "form", default="table", type=click.Choice(indicators.FORMATS))
@click.option("--output", type=click.Path(path_type=Path), help="A new file to write to.")
def indicators_command(
    first: datetime, last: datetime, codes: tuple[str, ...], tables: list[tuple[str, ...]],
    internal: bool, form: str, output: Path | None,
) -> None:  # fmt: skip
    """Figures of a period, both days included.

    Example: casework indicators --from 2019-01-01 --to 2023-12-31 --format json
    """
    if internal and output:
        raise WrongUse(_("--internal writes to standard output only."))
    text = _figures(indicators.Period(first.date(), last.date()), codes, tables, internal, form)
    if output:
        write_new(output, f"{text}\n".encode(), mode=0o666)  # less what the umask takes away
    else:
        click.echo(text)


@opened
def _figures(
    period: indicators.Period, codes: tuple[str, ...], tables: list[tuple[str, ...]],
    internal: bool, form: str,
) -> str:  # fmt: skip
    with acting_as_system():
        mark = trace("figures:breakdown" if internal else "figures:read")
        try:
            text = indicators.written(indicators.report(period, codes, tables, internal), form)
        except Refusal:
            mark.done("refused")
            raise
        mark.done()
    return text


@casework.group("facts")
def facts_group() -> None:
    """The ledger of facts and the cube that answers from it.

    Example: casework facts verify
    """


@facts_group.command("rebuild")
@opened
def facts_rebuild() -> None:
    """Build the cube anew from the ledger.

    Example: casework facts rebuild
    """
    with acting_as_system():
        _tell(facts.rebuild())


@facts_group.command("verify")
@opened
def facts_verify() -> None:
    """Open every fact, and hold the figures against the ledger.

    Example: casework facts verify
    """
    with acting_as_system():
        _tell(facts.verify())


# ------------------------------------------------------------------ integrity


@casework.group("trail")
def trail_group() -> None:
    """The trail of what was done.

    Example: casework trail verify
    """


@trail_group.command("verify")
@click.option(
    "--anchor",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A copy of the seals that was kept elsewhere.",
)
@opened
def trail_verify(anchor: Path | None) -> None:
    """Find any changed, missing or moved line and any replayed record.

    An end cut off with its seals shows only against a copy that left the machine.

    Example: casework trail verify --anchor /media/key/seals.jsonl
    """
    with acting_as_system():
        boxes = current_app.extensions["vault"].boxes()
        _tell(verify_trail(current_app.extensions["trail"], boxes, anchor))


@trail_group.command("anchor")
@click.argument("file", type=click.Path(path_type=Path))
@opened
def trail_anchor(file: Path) -> None:
    """Seal the trail as it ends now, and copy all seals to FILE, to be kept elsewhere.

    Example: casework trail anchor /media/key/seals.jsonl
    """
    with acting_as_system():
        mark = trace("trail:anchor")
        try:
            kept = current_app.extensions["trail"].anchor(file)
        except (Refusal, OSError) as error:
            mark.done("refused" if isinstance(error, Refusal) else "failed")
            raise
        mark.done(hits=kept)
    click.echo(_n("%(n)s seal was copied.", "%(n)s seals were copied.", kept))


@casework.group("vault")
def vault_group() -> None:
    """The keys.

    Example: casework vault status
    """


@vault_group.command("status")
@opened
def vault_status() -> None:
    """Which slots and epochs there are.

    Example: casework vault status
    """
    _tell(current_app.extensions["vault"].status())


@vault_group.command("verify")
@opened
def vault_verify() -> None:
    """Open every key and every record once.

    Example: casework vault verify
    """
    with acting_as_system(), opening(opening.ALL):
        _tell(current_app.extensions["vault"].verify())


@vault_group.command("rotate")
@opened
def vault_rotate() -> None:
    """New roots; the old ones are destroyed, and the figures sealed anew.

    Example: casework vault rotate
    """
    vault = current_app.extensions["vault"]
    with acting_as_system(), opening(opening.ALL):
        mark = trace("vault:rotate")
        report = vault.rotate()
        _renew_statistics(vault)
        mark.done("ok" if report.ok else "failed")
        _tell(report)


def _renew_statistics(vault: Any) -> None:
    """Seal the ledger under the newest statistics key and destroy the older ones."""
    *old, newest = vault.statistics_generations()
    ledger.reseal(newest)
    ledger.reseal(newest)  # what another process wrote under the old key meanwhile
    for generation in old:
        vault.destroy_generation(generation)
    ledger.keys().forget()
    scrub_log()


@vault_group.command("reindex")
@opened
def vault_reindex() -> None:
    """Write the search tokens anew.

    Example: casework vault reindex
    """
    with acting_as_system(), opening(opening.ALL):
        mark = trace("vault:reindex")
        report = current_app.extensions["vault"].reindex()
        mark.done("ok" if report.ok else "failed")
        _tell(report)


# ------------------------------------------------------------------ measures


@casework.command(
    "bench", context_settings={"ignore_unknown_options": True, "help_option_names": []}
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def bench_command(options: tuple[str, ...]) -> None:
    """Measure our speed in a throw-away instance, as ratios in one run.

    Example: casework bench --only list
    """
    # A process of its own: the throw-away tables of the measures are no part of the product.
    command = [sys.executable, "-m", "casework.bench", *options]
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603 (our own module)


if __name__ == "__main__":
    main()
