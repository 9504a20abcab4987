# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only place that knows the solver: HiGHS, one thread, a fixed seed, silent.

A solver that is missing or gives up is a refusal. Nothing is tried instead: a table that nobody
could prove leaves no one's house.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .refusals import Reason, Refused
from .system import Reals, Row

try:
    import highspy
except ImportError:  # said when a table is asked for
    engine: Any = None
else:

    class Silent(highspy.Highs):
        """Its banner comes with its callbacks, before anybody could ask for silence."""

        def enableCallbacks(self) -> None:  # noqa: N802 (a name of the solver)
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    engine = Silent

INF = float("inf")
Columns = Sequence[int] | npt.NDArray[np.integer[Any]]
# So many branches of a programme in whole numbers: then it proves nothing.
OPTIONS = {"threads": 1, "random_seed": 1, "mip_rel_gap": 0.0, "mip_max_nodes": 5_000}
ALMOST = 1e-7  # what counts as not moving


class Programme:
    """A programme kept warm: bounds and costs change between solutions, the rows stay."""

    def __init__(self, rows: Sequence[Row], cost: Reals, low: Reals, high: Reals, *,
                 span: tuple[Reals, Reals], whole: bool = False):  # fmt: skip
        self.solved = 0
        if engine is None:
            raise Refused(Reason.SOLVER)
        self.engine = engine()
        presolve = "on" if whole else "off"  # a warm start is worth more than a small model
        for option, value in {**OPTIONS, "presolve": presolve}.items():
            self._must(self.engine.setOptionValue(option, value))
        self._must(self.engine.passModel(_model(rows, cost, low, high, span, whole)))

    def solve(self) -> bool:
        """Whether there is a solution, proven; any other end is a failure."""
        self.solved += 1
        self._must(self.engine.run())
        status = self.engine.getModelStatus()
        ends = highspy.HighsModelStatus
        if status not in (ends.kOptimal, ends.kInfeasible, ends.kSolutionLimit):
            raise Refused(Reason.SOLVER)
        return bool(status == ends.kOptimal)

    def bound_row(self, row: int, low: float, high: float) -> None:
        self._must(self.engine.changeRowBounds(row, low, high))

    def charge(self, columns: Columns, cost: Sequence[float]) -> None:
        which, prices = np.asarray(columns, np.int32), np.asarray(cost, np.float64)
        self._must(self.engine.changeColsCost(len(which), which, prices))

    def demand(self, columns: Columns, factors: Reals, at_least: float) -> None:
        """One more row."""
        indices = np.asarray(columns, np.int32)
        self._must(self.engine.addRow(at_least, INF, len(indices), indices, factors))

    @property
    def worth(self) -> float:
        return float(self.engine.getInfo().objective_function_value)

    def columns(self) -> Reals:
        return np.array(self.engine.getSolution().col_value)

    def rows(self) -> Reals:
        return np.array(self.engine.getSolution().row_value)

    def prices(self) -> Reals:
        """What one more unit of each row would be worth (its dual)."""
        return np.array(self.engine.getSolution().row_dual)

    @staticmethod
    def _must(status: Any) -> None:
        if status == highspy.HighsStatus.kError:
            raise Refused(Reason.SOLVER)


def _model(rows: Sequence[Row], cost: Reals, low: Reals, high: Reals,
           span: tuple[Reals, Reals], whole: bool) -> Any:  # fmt: skip
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
    model.row_lower_, model.row_upper_ = span
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    lengths = [len(columns) for columns, _factors in rows]
    matrix.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    if rows:
        matrix.index_ = np.concatenate([columns for columns, _ in rows]).astype(np.int32)
        matrix.value_ = np.concatenate([factors for _, factors in rows])
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
    return model
