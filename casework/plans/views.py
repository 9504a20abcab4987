# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a canvas and of a business plan: as it stands, its versions, writing the next one,
and two held against each other. Codes stand in every title; what it is, below."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for

from casework.access import (
    GuardedBlueprint,
    Permission,
    User,
    blueprint,
    drafts,
    fetch,
)
from casework.business import Venture, timeline
from casework.codelists import codelist, label
from casework.db import db
from casework.i18n import _, format_day, format_number, joined
from casework.web import Page

from . import actions, changes, financing, sheet
from .forms import CanvasForm, MistakeForm, PlanForm, VersionForm
from .models import CanvasVersion, PlanVersion, Version
from .timeline import PAPERS

pages = GuardedBlueprint("plans", __name__)
BOTH = ["GET", "POST"]
READ, WRITE = Permission.BUSINESS_READ, Permission.BUSINESS_WRITE
FORMS: dict[str, type[VersionForm]] = {"canvas": CanvasForm, "plan": PlanForm}
PAPER = "/businesses/<uuid:venture_id>/<any(canvas,plan):kind>"
ONE = f"{PAPER}/<uuid:version_id>"


# ------------------------------------------------------------------ to be read


@pages.route(PAPER, needs=READ)
def show_plan(venture_id: uuid.UUID, kind: str) -> Any:
    """The one that holds now."""
    venture = fetch(Venture, venture_id)
    return _shown(venture, kind, PAPERS[kind].current(venture))


@pages.route(ONE, needs=READ)
def show_version(venture_id: uuid.UUID, kind: str, version_id: uuid.UUID) -> Any:
    venture, version = _of_venture(venture_id, kind, version_id)
    return _shown(venture, kind, version)


def _shown(venture: Venture, kind: str, version: Version | None) -> Any:
    current = PAPERS[kind].current(venture)
    return render_template(
        "plans/show_version.html", venture=venture, kind=kind, version=version,
        is_whole=version is None or version.is_whole, current=current,
        newest=PAPERS[kind].newest_number(venture),
        author=_name(version) if version else None, told=_told(venture, version),
        may_mark=version is not None and version.may_be_mended, money=timeline.money,
    )  # fmt: skip


def _told(venture: Venture, version: Version | None) -> dict[str, Any]:
    """What the page of this paper shows besides its texts."""
    if version is None or not version.is_whole:
        return {}
    fields = version.__envelopes__[0].fields
    labels = {name: fields[name].label for name in version.PARTS}
    told: dict[str, Any] = {"labels": labels, "marks": _marks(version)}
    if isinstance(version, CanvasVersion):
        return told | {"letters": sheet.size_of(version.parts())}
    if isinstance(version, PlanVersion):
        said = version.business
        totals = financing.Financing.of(said.needs, said.resources, said.forecast)
        tables = {name: _amounts(fields[name].codes, getattr(said, name))
                  for name in PlanVersion.AMOUNTS}  # fmt: skip
        warning = financing.ceiling(venture, totals.sales)
        return told | {"totals": totals, "tables": tables, "warning": warning}
    raise TypeError(type(version).__name__)


def _marks(version: Version) -> list[str]:
    """Who said that it was a mistake, or none after all, when and why; the last first."""
    said = []
    for one in reversed(version.told.marks or []):
        day, name = format_day(dt.date.fromisoformat(one["on"])), _name_of(uuid.UUID(one["by"]))
        words = _("Marked as a mistake on %(day)s by %(name)s", day=day, name=name)
        if not one["mistaken"]:
            words = _("No mistake after all, on %(day)s by %(name)s", day=day, name=name)
        said.append(joined(words, one["why"]))
    return said


def _amounts(listed: str | None, given: dict[str, int] | None) -> list[tuple[str, str | None]]:
    """(words, amount) of each line that was filled in, in the order of its list."""
    codes = [code for code in codelist(listed or "").codes if code in (given or {})]
    return [(label(listed or "", code), timeline.money((given or {})[code])) for code in codes]


@pages.route(f"{PAPER}/versions", needs=READ)
def list_versions(venture_id: uuid.UUID, kind: str) -> Any:
    venture = fetch(Venture, venture_id)
    page = Page.of_select(PAPERS[kind].of(venture))
    blueprint.hits(len(page))
    current = PAPERS[kind].current(venture)
    where = {"venture_id": venture.id, "kind": kind}
    lines = [_line(one, current, url_for(".show_version", **where, version_id=one.id))
             for one in page]  # fmt: skip
    return render_template(
        "plans/list_versions.html", venture=venture, kind=kind, page=page, lines=lines
    )


def _line(version: Version, current: Version | None, url: str) -> tuple[Any, ...]:
    """(address and words, day, author, what is new, state)."""
    named, author = (url, _words(version.number)), _name(version)
    if not version.is_whole:
        return named, None, author, "–", "damaged"
    said, state = version.told, "earlier" if version.stands else "mistaken"
    state = "current" if current and version.id == current.id else state
    return named, said.written_on, author, said.remark or "–", state


@pages.route(f"{ONE}/changes", needs=READ)
def show_changes(venture_id: uuid.UUID, kind: str, version_id: uuid.UUID) -> Any:
    """This version and another, the earlier one first; if none is named, the one before it."""
    venture, version = _of_venture(venture_id, kind, version_id)
    numbers = _numbers(PAPERS[kind], venture)
    earlier = next((key for key, number in numbers if number < version.number), version.id)
    other = fetch(PAPERS[kind], request.args.get("with", earlier, type=uuid.UUID))
    if other.venture_id != venture.id:
        abort(404)
    before, after = sorted((version, other), key=lambda one: one.number)
    return render_template(
        "plans/show_changes.html", venture=venture, kind=kind, version=version, other=other,
        before=before, after=after, changed=_changed(before, after),
        others=[(str(key), _words(number)) for key, number in numbers if key != version.id],
    )  # fmt: skip


def _changed(before: Version, after: Version) -> list[dict[str, Any]] | None:
    """What changed between two versions; None where one of them does not open."""
    if not (before.is_whole and after.is_whole):
        return None
    return _worded(after, changes.between(before.parts(), after.parts()))


def _worded(version: Version, found: list[changes.Change]) -> list[dict[str, Any]]:
    """Changes with the words of their parts, for a page."""
    fields = version.__envelopes__[0].fields
    return [
        {
            "label": fields[one.name].label,
            "lines": one.lines,
            "amounts": _changed_amounts(fields[one.name].codes, one.amounts),
        }
        for one in found
    ]


def _changed_amounts(listed: str | None, amounts: Any) -> list[tuple[str, str, str]]:
    """(words, before, after) of each line that changed, in the order of its list."""
    said = {code: [timeline.money(one) or "–" for one in (old, new)] for code, old, new in amounts}
    codes = codelist(listed).codes if listed else ()
    return [(label(listed or "", code), *said[code]) for code in codes if code in said]


# ------------------------------------------------------------------ to be written


@pages.route(f"{PAPER}/new", needs=WRITE, methods=BOTH)
def new_version(venture_id: uuid.UUID, kind: str) -> Any:
    """The next version, written from the one that holds now."""
    venture = fetch(Venture, venture_id)
    return _written(venture, kind, PAPERS[kind].current(venture), follows=True)


@pages.route(f"{ONE}/again", needs=WRITE, methods=BOTH)
def take_up(venture_id: uuid.UUID, kind: str, version_id: uuid.UUID) -> Any:
    """The next version, written from an earlier one."""
    venture, version = _of_venture(venture_id, kind, version_id)
    return _written(venture, kind, version)


def _written(venture: Venture, kind: str, basis: Version | None, *, follows: bool = False) -> Any:
    """`follows`: where a newer version came meanwhile, what was left untouched follows it."""
    model, newest = PAPERS[kind], PAPERS[kind].newest_number(venture)
    drafts.taken_up_again()
    form = FORMS[kind].on(basis.parts() if basis else {}, newest)
    if form.validate_on_submit():
        key = form.record_id()
        with drafts.kept_if_refused(form):
            saved = actions.save(
                model, venture, seen=form.seen(), id=key,
                based_on=basis.number if basis else None, **form.content(),
            )  # fmt: skip
            return _saved(venture, kind, saved, is_new=saved.id == key)
    seen, moved = form.seen(), form.catch_up(newest)
    current = model.current(venture) if moved else None
    if current and follows:
        opened = model.current(venture, upto=seen)
        form.follow(opened.parts() if opened else {}, current.parts())
    return render_template(
        "plans/new_version.html", form=form, venture=venture, kind=kind, basis=basis,
        current=current, author=_name(current) if current else None, follows=follows,
        changed=_worded(current, changes.between(current.parts(), form.kept(model)))
        if current else None,
        amounts=PlanVersion.AMOUNTS if kind == "plan" else (),
    )  # fmt: skip


def _saved(venture: Venture, kind: str, saved: Version, *, is_new: bool) -> Any:
    number = format_number(saved.number)
    if is_new:
        flash(_("Version %(number)s is saved.", number=number))
    else:
        flash(_("Version %(number)s says this already: no other was made.", number=number))
    return redirect(url_for(".show_plan", venture_id=venture.id, kind=kind), 303)


@pages.route(f"{ONE}/mistake", needs=WRITE, methods=BOTH)
def edit_version(venture_id: uuid.UUID, kind: str, version_id: uuid.UUID) -> Any:
    """Its author, or who heads the hub, says that a version was entered by mistake, or takes that
    back."""
    venture, version = _of_venture(venture_id, kind, version_id)
    form = MistakeForm(mistaken=not version.stands, version=version.version).mending(version)
    if form.validate_on_submit():
        with drafts.kept_if_refused(form):
            said = {"mistaken": form.mistaken.data, "why": form.reason_given()}
            actions.mark(version, version=form.seen(), **said)
            flash(_("It is noted."))
            return redirect(url_for(".list_versions", venture_id=venture.id, kind=kind), 303)
    form.catch_up(version.version)
    return render_template(
        "plans/edit_version.html", form=form, venture=venture, kind=kind, version=version
    )


# ------------------------------------------------------------------ said once


def _numbers(model: Any, venture: Venture) -> list[tuple[uuid.UUID, int]]:
    """(id, number) of each version, the newest first; nothing is opened."""
    chosen = sa.select(model.id, model.number).where(model.venture_id == venture.id)
    return [(row[0], row[1]) for row in db.session.execute(chosen.order_by(model.number.desc()))]


def _words(number: int) -> str:
    return _("Version %(number)s", number=format_number(number))


def _name(version: Version) -> str | None:
    return _name_of(version.author_id)


def _name_of(user_id: uuid.UUID) -> str | None:
    colleague = db.session.get(User, user_id)
    return colleague.name if colleague else None


def _of_venture(venture_id: uuid.UUID, kind: str, version_id: uuid.UUID) -> tuple[Venture, Any]:
    venture, version = fetch(Venture, venture_id), fetch(PAPERS[kind], version_id)
    if version.venture_id != venture.id:
        abort(404)
    return venture, version
