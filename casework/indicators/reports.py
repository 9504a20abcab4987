# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report: figures of a period as the documented JSON, or as a table to read on a terminal."""

import json
from collections.abc import Sequence
from typing import Any

from casework.errors import Refusal
from casework.i18n import _, format_number, language

from .catalogue import CATALOGUE, MONTH, described
from .figures import NOT_YET, SHOWN, Figure, figure
from .periods import Period

FORMATS = ("table", "json")
Breakdown = Sequence[str]
Key = tuple[str, ...]


def report(
    period: Period,
    codes: Sequence[str] = (),
    by: Breakdown | Sequence[Breakdown] = (),
    internal: bool = False,
) -> dict[str, Any]:
    """The figures asked for, in the shape people script against.

    `by` names the dimensions of one table, or is a list of such tables. An indicator that no form
    records yet says so; without `codes`, each gives the tables it has. Raises
    Refusal for an unknown code, and for a breakdown that would leave the programme before tables
    are protected.
    """
    unknown = [code for code in codes if code not in CATALOGUE]
    if unknown:
        raise Refusal(_("There is no indicator %(code)s.", code=unknown[0]), 422)
    if by and not internal:
        raise Refusal(
            _("Breakdowns leave the programme once tables are protected. Use --internal to look.")
        )
    return {
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        "indicators": [
            _entry(code, period, _tables(by) if codes else _its(code, _tables(by)))
            for code in codes or CATALOGUE
        ],
    }


def _tables(by: Breakdown | Sequence[Breakdown]) -> list[tuple[str, ...]]:
    """One breakdown given plainly is a list of one."""
    if all(isinstance(name, str) for name in by):
        return [tuple(str(name) for name in by)]
    return [tuple(names) for names in by]


def _its(code: str, tables: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Of the tables asked of every indicator, those this one has: a training has no sex. A table
    that none has stays, to be refused."""
    having = [{*one.by, MONTH} for one in CATALOGUE.values()]
    own = {*CATALOGUE[code].by, MONTH}
    kept = [one for one in tables if {*one} <= own or not any({*one} <= its for its in having)]
    return kept or [()]


def _entry(code: str, period: Period, tables: list[tuple[str, ...]]) -> dict[str, Any]:
    found = [figure(CATALOGUE[code], period, by) for by in tables]
    first = found[0]
    return {
        "code": code, "unit": described(code)["unit"], "qualifier": first.qualifier,
        "value": first.value, "status": first.status, **_parts(first.parts),
        "additive": all(one.is_additive for one in found),
        "cells": [cell for one in found for cell in _cells(one)],
    }  # fmt: skip


def _cells(found: Figure) -> list[dict[str, Any]]:
    return [
        {"dims": dict(zip(found.by, key, strict=True)), "value": value, "status": SHOWN,
         **_parts((found.parts_of or {}).get(key))}
        for key, value in sorted((found.cells or {}).items())
    ]  # fmt: skip


def _parts(parts: tuple[int, int] | None) -> dict[str, int]:
    """What a percentage was made of."""
    return dict(zip(("numerator", "denominator"), parts, strict=True)) if parts else {}


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
        label = described(entry["code"])[f"label_{language()}"]
        number = _number(entry["value"])
        if entry["qualifier"] != "=":
            number = f"{entry['qualifier']} {number}"
        lines.append(f"{entry['code']}  {number:>9}  {label}")
        for cell in entry["cells"]:
            name = ", ".join(cell["dims"].values())
            lines.append(f"{'':8}{_number(cell['value']):>9}  {name}")
    if any(entry["status"] == NOT_YET for entry in content["indicators"]):
        lines.append(_("–: not recorded yet."))
    return lines


def _number(value: float | None) -> str:
    return "–" if value is None else format_number(value)
