# SPDX-License-Identifier: AGPL-3.0-or-later
"""`casework bench`: the measures in an instance of their own, gone when they end."""

import json
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask

from casework import ceremony, config
from casework.db import db
from casework.i18n import _

from . import MEASURES, TINY, USUAL, run
from .databases import throw_away
from .stopwatch import Sizes


@click.command("bench")
@click.option("--people", type=int, help="Instead of 100,000.")
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)))
@click.option("--tiny", is_flag=True, help="Smallest sizes: to see that it runs; no goal holds.")
@click.option("--json", "as_json", is_flag=True)
def main(people: int | None, only: tuple[str, ...], tiny: bool, as_json: bool) -> None:
    """Measure our speed in a throw-away instance, as ratios in one run.

    On a database server it makes a database of its own, and drops it.

    Example: casework bench --only list
    """
    warnings.simplefilter("ignore")  # a peer's deprecated ciphers are its own affair
    sizes = TINY if tiny else USUAL
    if people:
        sizes = replace(sizes, people=people)
    with _instance(config.load().database_url, sizes) as app, app.app_context():
        for measured, ratio in run(sizes, only):
            click.echo(_json(measured, ratio) if as_json else _line(measured, ratio))


@contextmanager
def _instance(url: str, sizes: Sizes) -> Iterator[Flask]:
    """An instance beside the one at hand, on the same kind of database; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="casework-bench-") as name:
        folder = Path(name)
        with throw_away(url, folder) as made:
            app = ceremony.new_instance(
                folder / "instance", machine_key=folder / "machine-key",
                planned_people=sizes.people, database_url=made,
            )  # fmt: skip
            try:
                yield app
            finally:
                app.extensions["trail"].close()
                with app.app_context():
                    db.engine.dispose()


def _json(name: str, ratio: Any) -> str:
    return json.dumps({"measure": name, **vars(ratio), "met": ratio.met}, ensure_ascii=False)


def _line(name: str, ratio: Any) -> str:
    goal = "" if ratio.goal is None else f"goal {'≤' if ratio.at_most else '≥'} {ratio.goal:g}"
    sign = "ok" if ratio.met else "!!"
    figure = f"{ratio.value:>9.2f} {ratio.unit:<3}"
    return f"{sign} {name:<8}{figure} {goal:<12} {ratio.name}  {ratio.detail}"


if __name__ == "__main__":
    try:
        main(prog_name="casework bench")
    except config.SettingError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    except sa.exc.DBAPIError:
        click.echo(_("The database cannot be used: it is missing, busy or not ours."), err=True)
        sys.exit(1)
