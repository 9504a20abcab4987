# SPDX-License-Identifier: AGPL-3.0-or-later
"""The measured ratios: our speed against the raw limit and against what users would pick.

Both sides of a ratio run interleaved in one process and are compared by processor time, so that
the figure travels between machines; where a database server does a part of the work, by the clock
on the wall, and the detail says so. Goals stand beside figures; nothing here is a test.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from . import attendance, crowd, disclosure, figures, matching, pages, sealed_list, search, weights
from .stopwatch import TINY, USUAL, Ratio, Sizes, has_server

__all__ = ["MEASURES", "TINY", "USUAL", "Ratio", "Sizes", "run"]

MEASURES: dict[str, Callable[[Sizes], Iterator[Ratio]]] = {
    "list": sealed_list.measure,
    "search": search.measure,
    "pages": pages.measure,
    "crowd": crowd.measure,
    "matching": matching.measure,
    "attendance": attendance.measure,
    "bytes": weights.measure,
    "figures": figures.measure,
    "disclosure": disclosure.measure,
}


def run(sizes: Sizes = USUAL, only: tuple[str, ...] = ()) -> Iterator[tuple[str, Ratio]]:
    """Run the measures inside an application context, giving each ratio as soon as it is known."""
    for name, measure in MEASURES.items():
        if not only or name in only:
            for ratio in measure(sizes):
                yield name, _on_the_wall(ratio) if has_server() else ratio


def _on_the_wall(ratio: Ratio) -> Ratio:
    return replace(ratio, detail=", ".join(filter(None, (ratio.detail, "wall time"))))
