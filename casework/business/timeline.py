# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person starts, told as days: for her dossier and for the page of a business."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import url_for

from casework import clock
from casework.codelists import label
from casework.db import db
from casework.i18n import _, _l, format_day, format_number, joined
from casework.people import Person, records

from . import ceilings
from .deeds import (
    AeRegistration,
    Deed,
    TradingStart,
    VentureSupport,
    helped_by,
    registrations_of,
    starts_of,
    supports_of,
)
from .lives import FollowUp, due_of, follow_ups_of
from .models import Venture

Say = Callable[[Any], tuple[dt.date, dict[str, Any]]]
# Where each kind is put right, how its address names it and whose it is, and the words of the link.
WAYS: dict[Any, tuple[str, str, str, Any]] = {
    AeRegistration: ("business.edit_registration", "person_id", "registration_id",
                     _l("Correct this registration")),
    VentureSupport: ("business.edit_support", "venture_id", "support_id",
                     _l("Correct this support")),
    TradingStart: ("business.edit_start", "venture_id", "start_id", _l("Correct this start")),
    FollowUp: ("followup.edit_follow_up", "venture_id", "follow_up_id",
               _l("Correct this follow-up")),
}  # fmt: skip


def told_of(person: Person) -> Iterator[tuple[Any, Say]]:
    """Each record of what she starts, and what says it as (day, item). Saying raises Damaged."""
    for record in registrations_of(person):
        yield record, _mending(say_registration)
    for venture in db.session.scalars(Venture.of(person)).all():
        yield venture, _say_beginning
        for support in supports_of(venture):
            yield support, _naming(venture, say_support)
        for start in starts_of(venture):
            yield start, _naming(venture, say_start)
        for one in follow_ups_of(venture):
            yield one, _naming(venture, say_follow_up)
        for at, due_on in due_of(venture, clock.today()):
            if due_on <= clock.today():
                yield venture, partial(_say_due, at, due_on)


def timeline_of(venture: Venture) -> list[dict[str, Any]]:
    """What happened to a business, the newest first. What does not open says so in its place."""
    whole = records.opens
    says: dict[Any, Say] = {VentureSupport: say_support, TradingStart: say_start,
                            FollowUp: say_follow_up}  # fmt: skip
    deeds = [*supports_of(venture), *starts_of(venture), *follow_ups_of(venture)]
    told = [_mending(says[type(one)])(one) for one in deeds if whole(one)]
    told += [_say_form(one) for one in venture.business.forms or ()]
    told.sort(key=lambda one: one[0], reverse=True)
    return [_damaged() for one in deeds if not whole(one)] + [item for _day, item in told]


def _naming(venture: Venture, say: Say) -> Say:
    """On a person's line of days, a deed says of which business it is."""

    def named(record: Any) -> tuple[dt.date, dict[str, Any]]:
        day, item = say(record)
        item["about"] = joined(venture.code, item.get("about"))
        item["url"] = url_for("business.show_venture", venture_id=venture.id)
        return day, item

    return named


def _mending(say: Say) -> Say:
    """With the way to put it right, for who may."""

    def mending(record: Deed) -> tuple[dt.date, dict[str, Any]]:
        day, item = say(record)
        if record.may_be_mended:
            endpoint, whose, name, words = WAYS[type(record)]
            address = {whose: getattr(record, whose), name: record.id}  # type: ignore[attr-defined]
            item["correct"] = url_for(endpoint, **address), str(words)
        return day, item

    return mending


def say_registration(record: AeRegistration) -> tuple[dt.date, dict[str, Any]]:
    said = record.business
    day = said.held_on
    item = _deed(record, label("ae_evidence", said.ae_evidence), "ae_evidence")
    first = said.ae_registration == "FIRST"
    title = _("Registered as an auto-entrepreneur") if first else _("Registration renewed")
    about = joined(said.number, said.activity, label("isic_section", said.isic_section))
    item |= {"title": title, "about": about}
    if record.stands:
        # Law 114-13, article 8: struck off after a year without declared turnover.
        item["then"] = _(
            "Without turnover declared by %(day)s, the register strikes off.",
            day=format_day(clock.months_after(day, 12)),
        )
    return day, _marked(record, item)


def say_support(record: VentureSupport) -> tuple[dt.date, dict[str, Any]]:
    said = record.business
    amount = money(said.centimes)
    item = _deed(record, amount, "support_type")
    item["title"] = label("support_type", said.support_type)
    return said.held_on, _marked(record, item)


def say_start(record: TradingStart) -> tuple[dt.date, dict[str, Any]]:
    said = record.business
    item = _deed(record, label("start_evidence", said.start_evidence), "start_evidence")
    item["title"] = _("Start of trading")
    venture = db.session.get_one(Venture, record.venture_id)
    if record.stands and not helped_by(venture, said.held_on):
        item["then"] = _("Before any support: not counted among the businesses started.")
    return said.held_on, _marked(record, item)


def say_follow_up(record: FollowUp) -> tuple[dt.date, dict[str, Any]]:
    said = record.business
    item = _deed(record, label("venture_state", said.venture_state), "follow_up")
    closed = _("closed on %(day)s", day=format_day(said.closed_on)) if said.closed_on else None
    band = label("turnover_band", said.turnover_band)
    turnover = _("turnover: %(band)s", band=band) if band else None
    about = joined(closed, paid_work(record.fte), turnover)
    item |= {"title": label("follow_up", said.follow_up), "about": about}
    venture = db.session.get_one(Venture, record.venture_id)
    form, sector = venture.form_on(said.held_on), venture.business.isic_section
    item["then"] = ceilings.warning(form, sector, said.turnover_band)
    return said.held_on, _marked(record, item)


def paid_work(fte: int | None) -> str | None:
    """« 1.5 full-time jobs » of hundredths, in the reader's language."""
    if fte is None:
        return None
    return _("paid work: %(jobs)s full-time equivalent", jobs=format_number(fte / 100))


def _say_due(at: str, due_on: dt.date, venture: Venture) -> tuple[dt.date, dict[str, Any]]:
    title = _("To ask: %(what)s", what=label("follow_up", at))
    url = url_for("followup.new_follow_up", venture_id=venture.id, at=at)
    when = _("since %(day)s", day=format_day(due_on))
    return due_on, {"title": title, "when": when, "about": venture.code, "url": url}


def _say_beginning(venture: Venture) -> tuple[dt.date, dict[str, Any]]:
    what = venture.business
    url = url_for("business.show_venture", venture_id=venture.id)
    when = records.dated(venture.since, venture.code)
    title = _("Project or business begun")
    return venture.since, {"title": title, "when": when, "about": what.activity, "url": url}


def _say_form(taken: dict[str, str]) -> tuple[dt.date, dict[str, Any]]:
    day = dt.date.fromisoformat(taken["on"])
    title = _("Legal form: %(form)s", form=label("legal_form", taken["code"]))
    return day, {"title": title, "when": format_day(day)}


def _deed(record: Deed, detail: str | None, kind: str) -> dict[str, Any]:
    said = record.told
    texts = filter(None, [said.note, getattr(said, "reason", None)])
    return {
        "when": records.dated(said.held_on, detail),
        "text": "\n".join(texts),
        "earlier": record.wordings(kind),
    }


def _marked(record: Deed, item: dict[str, Any]) -> dict[str, Any]:
    return item if record.stands else {**item, "then": str(Deed.MISTAKE)}


def _damaged() -> dict[str, Any]:
    return {
        "title": _("This record is damaged"),
        "text": _("It cannot be opened. The rest of the file is whole. Tell your supervisor."),
    }


def money(centimes: int | None) -> str | None:
    """« 12 500 MAD » in the reader's language."""
    if centimes is None:
        return None
    return _("%(amount)s MAD", amount=format_number(centimes / 100))
