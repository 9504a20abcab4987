# SPDX-License-Identifier: AGPL-3.0-or-later
"""`casework bench`: the measures in an instance of their own, gone when they end."""

import json
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from casework import ceremony

from . import MEASURES, TINY, USUAL, run


@click.command("bench")
@click.option("--people", type=int, help="Instead of 100,000.")
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)))
@click.option("--tiny", is_flag=True, help="Smallest sizes: to see that it runs; no goal holds.")
@click.option("--json", "as_json", is_flag=True)
def main(people: int | None, only: tuple[str, ...], tiny: bool, as_json: bool) -> None:
    """Measure our speed in a throw-away instance, as ratios in one run.

    Example: casework bench --only list
    """
    warnings.simplefilter("ignore")  # a peer's deprecated ciphers are its own affair
    sizes = TINY if tiny else USUAL
    if people:
        sizes = replace(sizes, people=people)
    with tempfile.TemporaryDirectory(prefix="casework-bench-") as name:
        folder = Path(name)
        app = ceremony.new_instance(
            folder / "instance", machine_key=folder / "machine-key", planned_people=sizes.people,
            database_url=f"sqlite:///{folder / 'bench.db'}",
        )  # fmt: skip
        with app.app_context():
            for measured, ratio in run(sizes, only):
                click.echo(_json(measured, ratio) if as_json else _line(measured, ratio))
        app.extensions["trail"].close()


def _json(name: str, ratio: Any) -> str:
    return json.dumps({"measure": name, **vars(ratio), "met": ratio.met}, ensure_ascii=False)


def _line(name: str, ratio: Any) -> str:
    goal = "" if ratio.goal is None else f"goal {'≤' if ratio.at_most else '≥'} {ratio.goal:g}"
    sign = "ok" if ratio.met else "!!"
    figure = f"{ratio.value:>9.2f} {ratio.unit:<3}"
    return f"{sign} {name:<8}{figure} {goal:<12} {ratio.name}  {ratio.detail}"


if __name__ == "__main__":
    main(prog_name="casework bench")
