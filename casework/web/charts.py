# SPDX-License-Identifier: AGPL-3.0-or-later
"""The geometry of a line, of a curve by steps and of a funnel; bars need none, they are a table.

Where writing runs from the right, so does time: the points are turned round here and the picture
itself stays left to right, because inherited direction moves the words of an axis outside it.
"""

import math
from collections.abc import Sequence
from typing import Any

from flask import Flask

from casework import i18n

WIDTH, HEIGHT, AXIS, EDGE, HEAD = 600, 180, 52, 14, 10


def ceiling(highest: float) -> int:
    """A round number at or above the highest value, that four steps divide."""
    if highest <= 4:
        return 4
    power = 10 ** math.floor(math.log10(highest))
    steps = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
    fits = [int(step * power) for step in steps if step * power >= highest]
    return next((value for value in fits if value % 4 == 0), 4 * math.ceil(highest / 4))


def line_shape(values: Sequence[int | None], labels: Sequence[str]) -> dict[str, Any]:
    """Where everything goes in the picture of a line. A value not shown (None) breaks the line."""
    mirrored = i18n.LANGUAGES[i18n.language()].direction == "rtl"
    start, end = (EDGE, WIDTH - AXIS) if mirrored else (AXIS, WIDTH - EDGE)
    top = ceiling(max((value for value in values if value is not None), default=0))
    gap = (end - start) / max(len(values) - 1, 1)

    def across(place: int) -> float:
        return round(end - place * gap if mirrored else start + place * gap, 1)

    def up(value: float) -> float:
        return round(HEIGHT - value * (HEIGHT - HEAD) / top, 1)

    every = math.ceil(len(labels) / 12) or 1
    return {
        "size": (WIDTH, HEIGHT + 28),
        "runs": _runs([(across(n), None if v is None else up(v)) for n, v in enumerate(values)]),
        "grid": [(value, up(value)) for value in range(0, top + 1, top // 4)],
        "ends": (start, end),
        "axis": WIDTH if mirrored else AXIS - 10,
        "labels": [(across(n), label) for n, label in enumerate(labels) if n % every == 0],
        "floor": HEIGHT,
    }


def curve_shape(steps: Sequence[tuple[float, float]], last: float, gap: float) -> dict[str, Any]:
    """Where everything goes in the picture of a part of the whole that falls by steps: each holds
    from its place until the next, the last until `last`. There is a label every `gap`."""
    mirrored = i18n.LANGUAGES[i18n.language()].direction == "rtl"
    start, end = (EDGE, WIDTH - AXIS) if mirrored else (AXIS, WIDTH - EDGE)

    def across(place: float) -> float:
        run = place * (end - start) / (last or 1)
        return round(end - run if mirrored else start + run, 1)

    def up(part: float) -> float:
        return round(HEIGHT - part * (HEIGHT - HEAD), 1)

    points: list[tuple[float, float]] = []
    for (place, part), (until, _after) in zip(steps, [*steps[1:], (last, 0.0)], strict=True):
        points += [(across(place), up(part)), (across(max(place, until)), up(part))]
    return {
        "size": (WIDTH, HEIGHT + 28),
        "points": points,
        "grid": [(quarter * 25, up(quarter / 4)) for quarter in range(5)],
        "ends": (start, end),
        "axis": WIDTH if mirrored else AXIS - 10,
        "labels": [(across(n * gap), n) for n in range(int(last // gap) + 1)],
        "floor": HEIGHT,
    }


def _runs(points: list[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """The stretches of a line between values that are not shown."""
    runs: list[list[tuple[float, float]]] = [[]]
    for across, up in points:
        if up is None:
            runs.append([])
        else:
            runs[-1].append((across, up))
    return [run for run in runs if run]


STEP, BAND, BROAD = 58, 30, 340  # a step of a funnel, its band, and how broad a picture is


def funnel_shape(values: Sequence[int | None]) -> dict[str, Any]:
    """Where everything goes in the picture of a funnel: for each step the middle line of its words
    and the corners of its band, which leads from its own width to that of the next. The same from
    either side, so it needs no turning."""
    highest = max((value or 0 for value in values), default=0) or 1
    widths = [(value or 0) * BROAD / highest for value in values]
    steps = []
    for place, (here, after) in enumerate(zip(widths, [*widths[1:], *widths[-1:]], strict=True)):
        top = place * STEP + STEP - BAND
        middle, bottom = BROAD / 2, top + BAND
        corners = [(middle - here / 2, top), (middle + here / 2, top),
                   (middle + after / 2, bottom), (middle - after / 2, bottom)]  # fmt: skip
        band = " ".join(f"{x:.1f},{y}" for x, y in corners)
        steps.append({"words_at": top - 9, "band": band})
    return {"size": (BROAD, STEP * len(values)), "steps": steps}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        line_shape=line_shape, curve_shape=curve_shape, funnel_shape=funnel_shape
    )
