# SPDX-License-Identifier: AGPL-3.0-or-later
"""The linear and whole-number programmes over one system, by HiGHS.

One model is kept and warm-started for the linear ones (only the cost changes, so the last point
stays feasible); a second, made when first needed, asks for whole counts. Both run on one thread
with a fixed seed, and their work is limited by count, never by the clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from highspy import HighsModelStatus as Status
from numpy.typing import NDArray

from .document import Contradictory
from .system import Columns, System

NEAR = 1e-6
MOST_BRANCHES = 2_000
HEAVY = 100_000  # beside which a preference among corners does not matter

Point = NDArray[np.float64]
Counts = NDArray[np.int64]


class SolverFailed(RuntimeError):
    """The solver gave neither an answer nor a reason: there is no proof."""


class Unsettled(RuntimeError):
    """A whole-number question was not answered within `MOST_BRANCHES`."""


class _Quiet(highspy.Highs):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802 - the library's name
        """No callbacks: they cost time, and what they print on the way is not ours to print."""
        self.silent()


@dataclass(frozen=True)
class Sparse:
    """Rows of coefficients, one after the other."""

    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: NDArray[np.float64]

    def times(self, counts: Counts) -> Counts:
        """Each row's sum, in whole numbers."""
        terms = np.append(self.value.astype(np.int64) * counts[self.index], 0)
        sums: Counts = np.add.reduceat(terms, self.start[:-1]) if len(self.start) > 1 else terms[:0]
        sums[np.diff(self.start) == 0] = 0
        return sums


def sparse(rows: Sequence[tuple[Columns, Columns]]) -> Sparse:
    """Rows given as the columns counted once and those counted off."""
    sizes = [plus.size + minus.size for plus, minus in rows]
    parts = [part for row in rows for part in row]
    signs = [np.full(part.size, 1.0 - 2.0 * (at % 2)) for at, part in enumerate(parts)]
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    index = np.concatenate([*parts, np.zeros(0)]).astype(np.int32)
    return Sparse(start, index, np.concatenate([*signs, np.zeros(0)]))


class Programmes:
    """Least and greatest sums of unknowns over a system; each whole point found is told to `see`.

    Raises `Contradictory` when nothing fits.
    """

    def __init__(self, system: System, see: Callable[[Counts], None]) -> None:
        self.solved = {"linear": 0, "whole": 0}
        self._width, self._see = system.width, see
        self._found = False  # whether the last linear point was whole
        self._least = np.maximum(system.told, 0)
        self._most = np.where(system.told < 0, np.inf, system.told)
        self._matrix = sparse([(row.plus, row.minus) for row in system.rows])
        self._lo = np.array([row.lo for row in system.rows], dtype=np.int64)
        ends = [np.inf if row.hi is None else row.hi for row in system.rows]
        self._hi = np.array(ends, dtype=np.float64)
        self._linear = self._model(whole=False)
        self._integral: highspy.Highs | None = None
        self._columns: Columns = np.arange(self._width)

    def begin(self) -> None:
        """Find one whole point, or say that there is none."""
        self._solve_linear(_NOTHING, 1)
        try:
            found = self._found or self.search(_NOTHING, []) is not None
        except Unsettled:
            return  # every later question then meets the same limit, and says so
        if not found:
            raise Contradictory("no whole counts fit everything that is printed")

    def least(self, columns: Columns) -> float:
        """The least sum in real numbers."""
        return self._solve_linear(columns, 1)

    def greatest(self, columns: Columns) -> float:
        """The greatest sum in real numbers; infinity when nothing bounds it."""
        return -self._solve_linear(columns, -1)

    def lean(self, columns: Columns, sign: int, turn: int) -> None:
        """Look at another corner where the sum ends: each turn prefers other unknowns."""
        tilt = (self._columns + 1) * (turn + 1) * 40_503 % 127
        tilt[columns] += sign * HEAVY
        self._solve_linear(self._columns, tilt)

    def search(
        self, cost: Columns, asked: Sequence[tuple[Columns, int, int | None]], sign: int = 1
    ) -> int | None:
        """The least `sign` x sum over whole points within further rows; None when none is."""
        model = self._integral = self._integral or self._model(whole=True)
        self._price(model, cost, sign)
        first = int(model.getNumRow())
        for columns, lo, hi in asked:
            index = columns.astype(np.int32)
            end = np.inf if hi is None else float(hi)
            model.addRow(float(lo), end, index.size, index, np.ones(index.size))
        try:
            return self._solve_whole(model)
        finally:
            added = np.arange(first, first + len(asked), dtype=np.int32)
            if added.size:
                model.deleteRows(added.size, added)

    def _solve_whole(self, model: highspy.Highs) -> int | None:
        self.solved["whole"] += 1
        model.clearSolver()
        model.run()
        status = model.getModelStatus()
        if status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
            return None
        if status in (Status.kSolutionLimit, Status.kIterationLimit):
            raise Unsettled
        if status != Status.kOptimal:
            raise SolverFailed(model.modelStatusToString(status))
        if not self._look(np.array(model.getSolution().col_value)):
            raise Unsettled
        return round(model.getInfo().objective_function_value)

    def _solve_linear(self, columns: Columns, cost: int | Columns) -> float:
        self.solved["linear"] += 1
        self._found = False
        if not self._width:
            return self._empty()
        self._price(self._linear, columns, cost)
        self._linear.run()
        status = self._linear.getModelStatus()
        if status == Status.kInfeasible:
            raise Contradictory("no counts fit everything that is printed")
        if status in (Status.kUnbounded, Status.kUnboundedOrInfeasible):
            return -np.inf
        if status != Status.kOptimal:
            raise SolverFailed(self._linear.modelStatusToString(status))
        self._found = self._look(np.array(self._linear.getSolution().col_value))
        return float(self._linear.getInfo().objective_function_value)

    def _empty(self) -> float:
        self._found = self._look(np.zeros(0))
        if not self._found:
            raise Contradictory("no counts fit everything that is printed")
        return 0.0

    def _price(self, model: highspy.Highs, columns: Columns, cost: int | Columns) -> None:
        costs = np.zeros(self._width)
        costs[columns] = cost
        model.changeColsCost(self._width, self._columns.astype(np.int32), costs)

    def _look(self, point: Point) -> bool:
        """Whether the point is whole and fits in exact arithmetic; if so it is a witness."""
        counts = np.rint(point).astype(np.int64)
        if point.size and float(np.abs(point - counts).max()) > NEAR:
            return False
        sums = self._matrix.times(counts)
        if (counts < self._least).any() or (counts > self._most).any():
            return False
        if (sums < self._lo).any() or (sums > self._hi).any():
            return False
        self._see(counts)
        return True

    def _model(self, *, whole: bool) -> highspy.Highs:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self._width, len(self._lo)
        lp.col_cost_ = np.zeros(self._width)
        lp.col_lower_, lp.col_upper_ = self._least.astype(np.float64), self._most
        lp.row_lower_, lp.row_upper_ = self._lo.astype(np.float64), self._hi
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = self._matrix.start
        lp.a_matrix_.index_, lp.a_matrix_.value_ = self._matrix.index, self._matrix.value
        if whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * self._width
        model = _Quiet()
        for option, value in _OPTIONS.items():
            model.setOptionValue(option, value)
        model.passModel(lp)
        return model


_NOTHING: Columns = np.zeros(0, dtype=np.int64)
_OPTIONS: dict[str, int | float | str] = {
    "threads": 1,
    "parallel": "off",
    "random_seed": 1,
    "simplex_strategy": 4,  # primal: after a change of cost the last point is still feasible
    "mip_max_nodes": MOST_BRANCHES,
    "mip_rel_gap": 0.0,  # sums are whole: less than one apart is the same
    "mip_abs_gap": 0.5,
}
