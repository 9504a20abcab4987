# SPDX-License-Identifier: AGPL-3.0-or-later
"""The canvases and plans of the fiction before they are recorded: a few of every adviser."""

import datetime as dt

from casework.codelists import codelist
from casework.demo.planning import CANVASES, PLAN
from casework.demo.programme import plans
from casework.plans import CanvasVersion, PlanVersion
from casework.plans.models import BLOCK_LENGTH, check_lines


def written():
    """(adviser, paper) of everybody."""
    steps = [(plan.owner, plan.steps) for plan in plans() if plan.steps]
    return [(owner, paper) for owner, one in steps for made in one.businesses
            for paper in made.papers]  # fmt: skip


def test_each_adviser_has_a_canvas_thought_over_and_a_plan():
    found = written()
    assert {owner for owner, _paper in found} == {0, 1, 2, 3}
    for owner in range(4):
        kinds = [kind for whose, (kind, _day, _said) in found if whose == owner]
        assert kinds.count("canvas") == 4
        assert kinds.count("plan") == 1
    days = [day for _owner, (_kind, day, _said) in found]
    assert dt.date(2019, 1, 1) <= min(days) <= max(days) <= dt.date(2023, 12, 31)


def test_what_is_written_fits():
    for blocks in CANVASES.values():
        assert set(blocks) <= set(CanvasVersion.PARTS)
        for text in blocks.values():
            check_lines(text)
            assert len(text) <= BLOCK_LENGTH
    assert set(PLAN) == set(PlanVersion.PARTS)
    for name in PlanVersion.AMOUNTS:
        assert set(PLAN[name]) <= set(codelist(PlanVersion.business.fields[name].codes).codes)
