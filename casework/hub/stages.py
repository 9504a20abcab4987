# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a person stands on her way: a stage and the day she came to it.

Stage and day are in clear, since a board works by them; all former stages lie in her envelope.
Any move is allowed, forward or back: life is untidier than a list.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.codelists import check_code, codelist, label
from casework.db import Sensitivity, field
from casework.errors import Refusal, Stale
from casework.i18n import _, _l, format_day
from casework.people import records

STAGES = codelist("pathway_stage").codes
FIRST = STAGES[0]
KEPT_MOVES = 100  # beside the first one to each stage, which figures stand on
BY_STAGE = sa.Index("ix_enrolment_stage", "status", "stage", "stage_since")


class Staged:
    """A path with a stage. `moves` in its envelope are the stages it came to, in order."""

    business: Any
    check_open: Callable[[], None]  # raises Refusal where nothing can be added

    stage: Mapped[str] = field(
        _l("Stage"), Sensitivity.ROUTING, sa.String(12), codes="pathway_stage"
    )
    stage_since: Mapped[dt.date] = field(_l("At this stage since"), Sensitivity.ROUTING)

    @property
    def reached(self) -> dict[str, dt.date]:
        """The first day at each stage she stood at. One that was skipped was not reached."""
        found: dict[str, dt.date] = {}
        for one in self.business.moves or ():
            found.setdefault(one["stage"], dt.date.fromisoformat(one["on"]))
        return found

    @property
    def stages_told(self) -> list[dict[str, str]]:
        """The stages she came to, the last first, as lines of days."""
        return [
            {"title": label("pathway_stage", one["stage"]),
             "when": format_day(dt.date.fromisoformat(one["on"]))}
            for one in reversed(self.business.moves or [])
        ]  # fmt: skip

    def set_out(self, on: dt.date) -> None:
        """She begins, at the first stage."""
        self._stand([{"stage": FIRST, "on": on.isoformat()}])

    def move(self, to: str, on: dt.date, seen: str, today: dt.date) -> None:
        """She comes to another stage on that day. Moved back on the day of the move, it was a
        slip of the hand and never happened.

        `seen` is the stage her mover saw her at. Raises Stale where a colleague moved her since.
        """
        check_code("pathway_stage", to, required=True)
        self.check_open()
        if self.stage == to:
            return  # the same form, sent twice; or a colleague was as quick
        if self.stage != seen:
            raise Stale(_("Someone moved this person meanwhile. Look where she stands now."))
        records.check_day(on, today)
        if on < self.stage_since:
            since = format_day(self.stage_since)
            raise Refusal(
                _("She has stood at this stage since %(day)s. Choose that day or a later one.",
                  day=since), 422,
            )  # fmt: skip
        moves, day = self.business.moves or [], on.isoformat()
        if len(moves) > 1 and moves[-2]["stage"] == to and moves[-1]["on"] == day:
            self._stand(moves[:-1])
        else:
            self._stand(_kept([*moves, {"stage": to, "on": day}]))

    def _stand(self, moves: list[dict[str, str]]) -> None:
        self.business.moves = moves
        self.stage = moves[-1]["stage"]
        self.stage_since = dt.date.fromisoformat(moves[-1]["on"])


def _kept(moves: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The first move to each stage, and the last ones."""
    known, first, later = set[str](), list[int](), list[int]()
    moves = list(moves)
    for place, one in enumerate(moves):
        (later if one["stage"] in known else first).append(place)
        known.add(one["stage"])
    return [moves[place] for place in sorted([*first, *later[-KEPT_MOVES:]])]
