# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the amounts of a business plan come to. Pure, in centimes."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.business import Venture, ceilings
from casework.clock import today

from .models import SALES

# The bands of turnover that a follow-up asks for, by where they end: one law, one set of sentences.
BANDS = ((5_000_000, "T50"), (10_000_000, "T100"), (20_000_000, "T200"), (50_000_000, "T500"))

Amounts = Mapping[str, int]


@dataclass(frozen=True)
class Financing:
    """Totals of what is needed, what is found for it, and what a year brings."""

    needs: int
    resources: int
    sales: int
    spent: int

    @classmethod
    def of(cls, needs: Amounts | None, resources: Amounts | None, forecast: Amounts | None
           ) -> "Financing":  # fmt: skip
        year = forecast or {}
        return cls(
            needs=sum((needs or {}).values()),
            resources=sum((resources or {}).values()),
            sales=year.get(SALES, 0),
            spent=sum(centimes for code, centimes in year.items() if code != SALES),
        )

    @property
    def missing(self) -> int:
        """What is still to be found; below nought, what is found beyond the needs."""
        return self.needs - self.resources

    @property
    def left(self) -> int:
        """What remains of a year for the owners; below nought, a loss."""
        return self.sales - self.spent


def ceiling(venture: Venture, sales: int) -> str | None:
    """The sentence where the sales expected come near the ceiling of auto-entrepreneurs."""
    if not sales:
        return None
    band = next((code for most, code in BANDS if sales <= most), "MORE")
    return ceilings.warning(venture.form_on(today()), venture.business.isic_section, band)
