# SPDX-License-Identifier: AGPL-3.0-or-later
"""Long drills over the whole vault: a new root, a check of everything, new search tokens."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from casework.db import db, transaction
from casework.i18n import _, _l, _n
from casework.keys import Damaged, Erased, Keyfile, Keyring

from .bulk import open_rows
from .gate import opening
from .models import SubjectKey, Token, VaultKey
from .sealing import sealed_models

BATCH = 2000
KINDS = {"machine": _l("machine key"), "passphrase": _l("a passphrase")}
OPENS = {"all": _l("everything"), "office": _l("the office only, no file")}
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Report:
    """What a drill found: `lines` to read, and one plain `sentence` to end on."""

    ok: bool
    lines: tuple[str, ...]
    sentence: str


def silent(_done: int) -> None:
    """No progress shown."""


# ---------------------------------------------------------------------- a new root


def rewrap_people(ring: Keyring, progress: Progress) -> tuple[int, list[uuid.UUID]]:
    """Wrap every person's key under the newest root, in batches that may be interrupted.

    Gives the number done and the keys that could not be opened: these stay as they are.
    """
    done, damaged = 0, list[uuid.UUID]()
    last = uuid.UUID(int=0)
    while True:
        with transaction():
            rows = _old_keys(ring.epoch, last)
            fresh = list(_rewrapped(ring, rows, damaged))
            if fresh:
                db.session.execute(sa.update(SubjectKey), fresh)
        if not rows:
            return done, damaged
        last, done = rows[-1][0], done + len(fresh)
        progress(done)


def _old_keys(epoch: int, after: uuid.UUID) -> list[tuple[uuid.UUID, bytes]]:
    query = (
        sa.select(SubjectKey.subject_id, SubjectKey.wrapped)
        .where(SubjectKey.wrapped.is_not(None), SubjectKey.epoch < epoch)
        .where(SubjectKey.subject_id > after)
        .order_by(SubjectKey.subject_id)
        .limit(BATCH)
    )
    return [(person, wrapped or b"") for person, wrapped in db.session.execute(query)]


def _rewrapped(
    ring: Keyring, rows: list[tuple[uuid.UUID, bytes]], damaged: list[uuid.UUID]
) -> Iterator[dict[str, Any]]:
    for person, wrapped in rows:
        try:
            box = ring.rewrap(person.bytes, wrapped)
        except Damaged:
            damaged.append(person)
            continue
        yield {"subject_id": person, "epoch": ring.epoch, "wrapped": box}


def rewrap_named(ring: Keyring) -> None:
    """Wrap the vault's own keys under the newest root, in the current transaction."""
    for kept in db.session.scalars(sa.select(VaultKey).where(VaultKey.epoch < ring.epoch)):
        kept.wrapped = ring.wrap_named(kept.name, ring.unwrap_named(kept.name, kept.wrapped))
        kept.epoch = ring.epoch


def late_keys(epoch: int) -> int:
    """Keys still under an older root; none can be added while this transaction lasts."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("LOCK TABLE subject_key IN SHARE ROW EXCLUSIVE MODE"))
    query = sa.select(sa.func.count()).select_from(SubjectKey)
    late = query.where(SubjectKey.wrapped.is_not(None), SubjectKey.epoch < epoch)
    return db.session.scalar(late) or 0


def rotated(keyfile: Keyfile, done: int, damaged: list[uuid.UUID]) -> Report:
    lines = [_n("%(n)s key was wrapped again.", "%(n)s keys were wrapped again.", done)]
    lines += [_("The key %(id)s cannot be opened.", id=person) for person in damaged]
    if damaged:
        end = _("The old root is kept: restore or erase the keys named above, then rotate again.")
    else:
        lines.append(_("Root epoch %(number)s is in use.", number=keyfile.epoch))
        end = _("The old root is destroyed. Destroy the older copies of the key file as well.")
    return Report(not damaged, tuple(lines), end)


def described(keyfile: Keyfile) -> Report:
    """What the key file holds. A machine slot is worth a warning each time."""
    slots = keyfile.slots()
    lines = [
        _("Opened here: %(domain)s", domain=OPENS[keyfile.opens]),
        _("Root epochs: %(active)s in use, %(retiring)s retiring", **{
            state: len(keyfile.epochs(state)) for state in ("active", "retiring")
        }),
        _("Statistics keys: %(numbers)s", numbers=", ".join(map(str, keyfile.generations()))),
        *(_("Slot: %(kind)s, opens %(opens)s", kind=KINDS[kind], opens=OPENS[opens])
            for kind, opens in slots),
    ]  # fmt: skip
    if any(kind == "machine" for kind, _opens in slots):
        end = _("This machine can open itself; a copy of its whole disk opens everything.")
    else:
        end = _("The vault opens with a passphrase only.")
    return Report(True, tuple(lines), end)


# ---------------------------------------------------------------------- everything opens


def verified(ring: Keyring) -> Report:
    """Open every key and every envelope; names the damaged by table and random id only."""
    keys, bad = 0, list[str]()
    query = sa.select(SubjectKey.subject_id, SubjectKey.wrapped)
    query = query.where(SubjectKey.wrapped.is_not(None))
    for person, wrapped in db.session.execute(query.execution_options(yield_per=BATCH)):
        keys += 1
        try:
            ring.unwrap(person.bytes, wrapped or b"")
        except Damaged:
            bad.append(_("Damaged: %(table)s %(id)s", table="subject_key", id=person))
    opened = 0
    with opening(opening.ALL):
        for table, row, problem in _all_rows():
            opened += 1
            if problem:
                bad.append(_("Damaged: %(table)s %(id)s", table=table, id=row))
    lines = [
        _n("%(n)s key opens.", "%(n)s keys open.", keys),
        _n("%(n)s envelope was opened.", "%(n)s envelopes were opened.", opened),
        *bad,
    ]
    good, poor = _("The vault is whole."), _("The vault holds damaged records, named above.")
    return Report(not bad, tuple(lines), poor if bad else good)


def _all_rows() -> Iterator[tuple[str, uuid.UUID, bool]]:
    for model in sealed_models():
        for one in model.__envelopes__:
            query = sa.select(model).where(getattr(model, one.column).is_not(None))
            for row, fields in open_rows(query, one):
                yield one.table, row, isinstance(fields, Damaged) and not isinstance(fields, Erased)


# ---------------------------------------------------------------------- new search tokens


def reindexed(progress: Progress) -> Report:
    """Write the tokens of every searchable record anew, in the current transaction."""
    db.session.execute(sa.delete(Token))
    done, bad = 0, list[str]()
    with opening(opening.ALL):
        for model in sealed_models():
            if model.__tokens__:
                for record in db.session.scalars(
                    sa.select(model).execution_options(yield_per=BATCH)
                ):
                    bad += _index(db.session(), record)
                    done += 1
                    db.session.expunge(record)
                progress(done)
    lines = [_n("%(n)s record is searchable.", "%(n)s records are searchable.", done - len(bad))]
    good, poor = _("The search is up to date."), _("Damaged records cannot be searched.")
    return Report(not bad, (*lines, *bad), poor if bad else good)


def _index(session: orm.Session, record: Any) -> list[str]:
    try:
        record.__tokens__.write(session, record, replace=False)
    except Damaged:
        return [_("Damaged: %(table)s %(id)s", table=record.__tablename__, id=record.id)]
    return []
