# SPDX-License-Identifier: AGPL-3.0-or-later
"""Protecting what leaves: how long one waits for it, and how much of it is hidden.

The report is 600 cells of three linked three-way tables of 663 people. Waits by the clock on the
wall, as a coordinator would; processor time stands beside them. Hidden cells are held against the
counts recorded in `programme.py`.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from casework.attacker import examine
from casework.disclosure import Ledger, Policy, protect

from .programme import (
    ONE_TABLE,
    QUARTERS,
    REFERENCE,
    REPORT,
    dims,
    hidden_counts,
    people,
    quarter,
    tables,
)  # fmt: skip
from .stopwatch import Ratio, Sizes, wall

PEOPLE, TINY_PEOPLE = 663, 200
RULES = {"official": ((), ("site",))}
BY_QUARTER = (("time", "site", "sex"), ("time", "site", "age"), ("time", "site", "type"))


def measure(sizes: Sizes) -> Iterator[Ratio]:
    """A report previewed and frozen, its holes against the reference, the eighth release."""
    is_tiny = sizes.rounds == 1
    shown = ONE_TABLE if is_tiny else REPORT
    seeds = [seed for known, seed in REFERENCE if known == shown]
    preview = _waited(lambda: _report(shown, seeds[0], lp_limit=0))
    cells = len(preview[0].printed)
    yield Ratio(f"{cells} cells previewed", preview[1], 1_000, unit="ms", detail=preview[2])
    for seed in seeds:
        draft, took, detail = _waited(lambda seed=seed: _report(shown, seed))
        proof, proving = _proved(draft, people(PEOPLE, seed))
        yield Ratio(
            f"{cells} cells frozen and proved, seed {seed}", took + proving, 4_000, unit="ms",
            detail=f"{detail}; proof {proving:.0f} ms, {len(proof.leaks)} leaks",
        )  # fmt: skip
        known = REFERENCE[shown, seed]
        yield Ratio(
            f"cells hidden / recorded reference, seed {seed}", draft.hidden / known, 1.15,
            detail=f"{draft.hidden} of {cells} against {known}",
        )  # fmt: skip
    yield _last_release(TINY_PEOPLE if is_tiny else PEOPLE, 3 if is_tiny else 8)
    yield Ratio("cells hidden where nothing is small", float(_none_small()), 0, unit="")


def _report(shown: tuple[tuple[str, ...], ...], seed: int, **rules: Any) -> Any:
    names = tuple(dict.fromkeys(name for crossing in shown for name in crossing))
    made = people(PEOPLE, seed)
    return protect(
        dims(*names), tables(*shown), {name: made[name] for name in names},
        Policy(**RULES, **rules),
    )  # fmt: skip


def _proved(draft: Any, made: dict[str, Any]) -> tuple[Any, float]:
    """What an outsider finds in it, and the milliseconds that took her."""
    document, found = draft.public("1").document(), list[Any]()
    truth = hidden_counts(document, made)
    took = wall(lambda: found.append(examine(document, truth=truth))) * 1000
    return found[0], took


def _last_release(number: int, releases: int) -> Ratio:
    """Each quarter with the year to date, bound by all before it; the last one is timed."""
    names = ("time", "site", "sex", "age", "type")
    made, ledger = people(number, seed=1), Ledger()
    policy = Policy(official=((), ("time",)), signed=[{"time": name} for name in QUARTERS])
    for release in range(releases):
        known = made["time"] <= release
        so_far = {name: made[name][known] for name in names}
        shown = tables(*BY_QUARTER, time=quarter(release))

        def ask(so_far: Any = so_far, shown: Any = shown, ledger: Ledger = ledger) -> Any:
            return protect(dims(*names), shown, so_far, policy, ledger)

        draft, took, detail = _waited(ask)
        document = draft.public(f"{release + 1}", unmet_signed=True).document()
        ledger = ledger.with_release(document)
    held = len(document["earlier"]) + len(document["cells"])
    return Ratio(
        f"quarterly release number {releases} with its ledger, {held:,} cells", took, 5_000,
        unit="ms", detail=f"{detail}, {draft.hidden} of {len(draft.printed)} hidden",
    )  # fmt: skip


def _none_small() -> int:
    """A table in which every group is large enough, and one in which some are empty."""
    names = ("site", "sex")
    leaves = [(site, sex) for site in dims("site")[0].leaves for sex in ("F", "M", "Other")]
    counts = {place: 7 + turn for turn, place in enumerate(leaves)}
    return int(protect(dims(*names), tables(names), counts, Policy(**RULES)).hidden)


def _waited(ask: Callable[[], Any]) -> tuple[Any, float, str]:
    """What came out, milliseconds on the clock, and the processor's share in words."""
    found: list[Any] = []
    start = time.process_time()
    took = wall(lambda: found.append(ask())) * 1000
    used = (time.process_time() - start) * 1000
    return found[0], took, f"{used:.0f} ms of processor time, {found[0].programmes:,} programmes"
