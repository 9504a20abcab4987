# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an event counts: itself, its region, who was present, who was trained, for whom they came.

Everything is counted from the event's roll, which names nobody: a coordinator who says that an
event was held counts its people without being able to open one. A fact stands for what it says;
what an event no longer says is taken back, what it says newly is written, the rest stays.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from casework import facts
from casework.access import Site
from casework.codelists import codelist
from casework.facts import FactKind

from .models import ENOUGH, HELD, Event, Product

NO_SITE = 0  # the number of what the whole programme runs
ABOUT_EVENT = ("event_kind", "event_topic", "region")
ABOUT_PERSON = ("sex", "age_band", "organisation_kind", *ABOUT_EVENT)
ABOUT_ORGANISATION = ("organisation_kind", *ABOUT_EVENT)

EVENT_HELD = FactKind("event_held", number=50, dims=(*ABOUT_EVENT, "product_kind"))
EVENT_PRESENT = FactKind("event_present", number=51, dims=ABOUT_PERSON)
EVENT_TRAINED = FactKind("event_trained", number=52, dims=ABOUT_PERSON)
ORGANISATION_PRESENT = FactKind("organisation_present", number=53, dims=ABOUT_ORGANISATION)
ORGANISATION_TRAINED = FactKind("organisation_trained", number=54, dims=ABOUT_ORGANISATION)
# Its ordinal is the number of the region, so that regions are counted as people are: each once.
REGION_ACTIVE = FactKind("region_active", number=55, dims=("region",))
PRODUCT_DONE = FactKind("product_done", number=56, dims=("product_kind", "region"))


class Said(NamedTuple):
    """One fact as it should stand in the ledger."""

    kind: FactKind
    day: dt.date
    ordinal: int
    dims: dict[str, str | None]

    def key(self, site: int) -> str:
        codes = "/".join(code or "" for _name, code in sorted(self.dims.items()))
        return f"{self.kind.number}/{self.day:%Y%m%d}/{site}/{self.ordinal}/{codes}"


def restate(event: Event, rows: list[dict[str, Any]] | None = None) -> None:
    """Bring the facts of an event in line with what it says now, and seal its roll."""
    rows = event.rows if rows is None else rows
    site = Site.number_of(event.site_id) if event.site_id else NO_SITE
    wanted = {said.key(site): said for said in _said(event, rows)}
    kept = event.fact_ids
    facts.retract([uuid.UUID(kept[key]) for key in kept.keys() - wanted.keys()])
    ids = {key: kept[key] for key in kept.keys() & wanted.keys()}
    for key in sorted(wanted.keys() - kept.keys()):
        kind, day, ordinal, dims = wanted[key]
        # Who signs an attendance list is told that it is counted: there is no file to ask in.
        fact = facts.record(kind, day, site, ordinal, dims, consent=True, source=event.id)
        ids[key] = str(fact)
    if ids != kept or rows != event.rows:
        event.enter(rows, ids)


def _said(event: Event, rows: list[dict[str, Any]]) -> Iterator[Said]:
    """What an event counts; nothing unless it was held."""
    if event.status != HELD:
        return
    said = event.details
    about = {"event_kind": said["kind"], "event_topic": said["topic"], "region": said["region"]}
    built = {"product_kind": said["built"]}
    yield Said(EVENT_HELD, event.first_on, 0, about | built)
    region = codelist("region").number(said["region"])
    yield Said(REGION_ACTIVE, event.first_on, region, {"region": said["region"]})
    present = [row for row in rows if row["days"]]
    yield from _people(EVENT_PRESENT, ORGANISATION_PRESENT, event.first_on, present, about)
    if said["kind"] == "TRAINING":
        enough = [row for row in present if was_trained(row, rows)]
        yield from _people(EVENT_TRAINED, ORGANISATION_TRAINED, event.last_on, enough, about)


def _people(
    person: FactKind, organisation: FactKind, day: dt.date, rows: list[dict[str, Any]],
    about: dict[str, str | None],
) -> Iterator[Said]:  # fmt: skip
    for row in rows:
        known = {"sex": row["sex"] or "U", "age_band": row["age_band"] or "UNK"}
        kind = {"organisation_kind": row["kind"]}
        yield Said(person, day, row["person"], about | known | kind)
        if row["organisation"]:
            yield Said(organisation, day, row["organisation"], about | kind)


def was_trained(row: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    """Present at least 80 % of a training (rule of CAP-02). Its days are those on which anyone
    was: a weekend in the middle is none."""
    held = {day for one in rows for day in one["days"]}
    return len(row["days"]) * 100 >= ENOUGH * len(held) > 0


def restate_product(product: Product) -> None:
    """Count a product on the day it was done; what was counted of it before is taken back."""
    said = product.details
    if said["fact"]:
        facts.retract([uuid.UUID(said["fact"])])
    fact = None
    if product.done_on:
        about = {"product_kind": said["kind"], "region": said["region"]}
        fact = facts.record(
            PRODUCT_DONE, product.done_on, NO_SITE, said["ordinal"], about,
            consent=True, source=product.id,
        )  # fmt: skip
    product.describe(fact=str(fact) if fact else None)
