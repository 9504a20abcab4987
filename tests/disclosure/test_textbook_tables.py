# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables on which textbooks show what goes wrong, fed as true data.

Numbers after the Handbook on Statistical Disclosure Control and Fischetti and Salazar (2000), as
remembered. Hiding the small counts alone is beaten on each; what this room lets out is not.
"""

import pytest

from casework.disclosure import Dim, Policy, Table, protect

from .outsider import Solver

# rows, columns, numbers by row, k
MARRIED = (("married", "divorced", "single"), ("male", "female"),
           ((38, 17), (7, 4), (3, 2)), 5)  # fmt: skip
INVESTMENT = (("I", "II", "III"), ("A", "B", "C"),
              ((20, 50, 10), (8, 19, 22), (17, 32, 12)), 10)  # fmt: skip
# Two holes in each row and column, and still one of them is the only unknown of a sum.
TWO_HOLES = (("I", "II", "III", "IV"), ("A", "B", "C", "D"),
             ((2, 3, 20, 30), (4, 1, 25, 30), (30, 20, 3, 2), (40, 50, 2, 0)), 5)  # fmt: skip
ZEROS = (("north", "south", "east"), ("low", "middle", "high"),
         ((0, 12, 1), (3, 14, 0), (0, 18, 0)), 3)  # fmt: skip
LONE = (("a", "b", "c", "d"), ("x", "y"),
        ((10, 20), (30, 40), (1, 60), (50, 0)), 5)  # fmt: skip


def laid_out(rows, columns, numbers):
    dims = [Dim("row", rows), Dim("column", columns)]
    shown = Table("t", {dim.name: (*dim.leaves, "all") for dim in dims})
    counts = {
        (row, column): value
        for row, line in zip(rows, numbers, strict=True)
        for column, value in zip(columns, line, strict=True)
    }
    return dims, [shown], counts


def value_of(counts, at):
    return sum(
        value for (row, column), value in counts.items()
        if at.get("row", row) == row and at.get("column", column) == column
    )  # fmt: skip


def cornered(document, counts, k):
    """Small cells of which an outsider knows that somebody is there, or that they are small."""
    outsider, found = Solver(document), []
    for cell in document["cells"]:
        if 0 < value_of(counts, cell["at"]) < k:
            low, high = outsider.range(cell["at"])
            if low > 1e-6 or high < k - 1e-6:
                found.append(cell["at"])
    return found


@pytest.mark.parametrize("textbook", [MARRIED, INVESTMENT, TWO_HOLES, ZEROS, LONE])
@pytest.mark.parametrize("exact", [0, 80])
def test_a_textbook_table_tells_on_nobody(textbook, exact):
    rows, columns, numbers, k = textbook
    dims, tables, counts = laid_out(rows, columns, numbers)
    draft = protect(dims, tables, counts, Policy(k=k, exact_cells=exact))
    assert draft.unmet == ()
    assert cornered(draft.public().document(), counts, k) == []


@pytest.mark.parametrize("textbook", [MARRIED, INVESTMENT, TWO_HOLES, ZEROS, LONE])
def test_hiding_small_counts_alone_does_not_help(textbook):
    rows, columns, numbers, k = textbook
    dims, tables, counts = laid_out(rows, columns, numbers)
    document = protect(dims, tables, counts, Policy(k=1)).public().document()
    for cell in document["cells"]:
        if 0 < cell["value"] < k:
            cell["value"] = None
    assert cornered(document, counts, k)


def test_a_whole_group_of_one_kind_is_a_disclosure_at_any_size():
    """All thirty of one district are of one kind: no count is small, and yet all are told on."""
    districts, kinds = ("north", "south"), ("physical", "economic")
    _dims, tables, counts = laid_out(districts, kinds, ((30, 0), (20, 25)))
    plain = [Dim("row", districts), Dim("column", kinds)]
    assert protect(plain, tables, counts).hidden == 0
    sensitive = [plain[0], Dim("column", kinds, sensitive=True)]
    draft = protect(sensitive, tables, counts, Policy(official=((), ("row",))))
    assert draft.unmet == ()
    document = draft.public().document()
    _low, others = Solver(document).range({"row": "north", "column": "economic"})
    assert others >= 5
    assert document["dims"]["column"]["sensitive"]
