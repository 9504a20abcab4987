# SPDX-License-Identifier: AGPL-3.0-or-later
"""The measured ratios: our speed against the raw limit and against what users would pick.

Both sides of a ratio run interleaved in one process and are compared by processor time, so that
the figure travels between machines. Goals stand beside figures; nothing here is a test.
"""

from collections.abc import Callable, Iterator

from . import figures, sealed_list, search
from .stopwatch import Ratio

MEASURES: dict[str, Callable[[int], Iterator[Ratio]]] = {
    "list": sealed_list.measure,
    "search": search.measure,
    "figures": figures.measure,
}


def run(people: int, only: tuple[str, ...] = ()) -> Iterator[tuple[str, Ratio]]:
    """Run the measures inside an application context, giving each ratio as soon as it is known."""
    for name, measure in MEASURES.items():
        if not only or name in only:
            for ratio in measure(people):
                yield name, ratio
