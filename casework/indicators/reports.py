# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report: figures of a period as the documented JSON, or as a table to read on a terminal."""

import json
from collections.abc import Sequence
from typing import Any

from casework.errors import Refusal
from casework.i18n import _, format_number

from .catalogue import CATALOGUE
from .figures import Figure, figure
from .periods import Period

FORMATS = ("table", "json")


def report(
    period: Period, codes: Sequence[str] = (), by: tuple[str, ...] = (), internal: bool = False
) -> dict[str, Any]:
    """The figures asked for, in the shape people script against.

    Raises Refusal for an unknown code, and for a breakdown that would leave the programme before
    tables are protected.
    """
    unknown = [code for code in codes if code not in CATALOGUE]
    if unknown:
        raise Refusal(_("There is no indicator %(code)s.", code=unknown[0]), 422)
    if by and not internal:
        raise Refusal(
            _("Breakdowns leave the programme once tables are protected. Use --internal to look.")
        )
    chosen = [CATALOGUE[code] for code in codes] or list(CATALOGUE.values())
    return {
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        "indicators": [_entry(figure(indicator, period, by)) for indicator in chosen],
    }


def _entry(found: Figure) -> dict[str, Any]:
    indicator = found.indicator
    return {
        "code": indicator.code,
        "unit": indicator.unit,
        "qualifier": "=",
        "value": found.value,
        "status": "shown",
        "additive": indicator.is_additive,
        "cells": [
            {"dims": dict(zip(found.by, key, strict=True)), "value": value, "status": "shown"}
            for key, value in sorted((found.cells or {}).items())
        ],
    }


def written(content: dict[str, Any], format: str) -> str:
    """The report as text. Raises Refusal for a format there is not."""
    if format == "json":
        return json.dumps(content, ensure_ascii=False, indent=1)
    if format == "table":
        return "\n".join(_lines(content))
    raise Refusal(_("This format is not built yet. Choose table or json."), 422)


def _lines(content: dict[str, Any]) -> list[str]:
    lines = [f"{content['period']['from']} – {content['period']['to']}"]
    for entry in content["indicators"]:
        label = CATALOGUE[entry["code"]].label
        lines.append(f"{entry['code']}  {format_number(entry['value']):>9}  {label}")
        for cell in entry["cells"]:
            name = ", ".join(cell["dims"].values())
            lines.append(f"{'':8}{format_number(cell['value']):>9}  {name}")
    return lines
