# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding one of 100,000 sealed people by phone and by name, against a plain index look-up."""

import uuid
from collections.abc import Iterator
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from casework.db import Base, Sensitivity, db, field, transaction
from casework.keys import TooMany
from casework.vault import Vaulted, envelope, new_subject, open_rows, opening, sealed, tokens

from .stopwatch import BENCH, Ratio, Sizes, medians

BATCH, ASKED, NAMES = 2_000, 300, 60
CONSONANTS, VOWELS = "bdfgklmnrst", "aiou"


class SealedName(Vaulted, Base):
    """A person as the vault sees one: words under seal, tokens to find them."""

    __tablename__ = "bench_person"
    __table_args__ = BENCH
    identity = envelope(
        given=sealed("given", str, Sensitivity.PERSONAL),
        family=sealed("family", str, Sensitivity.PERSONAL),
        phones=sealed("phones", list, Sensitivity.PERSONAL),
    )
    find = tokens(
        phone=tokens.exact("identity.phones"),
        name=tokens.name(("identity.given", "identity.family")),
    )


class ClearPhone(Base):
    """The same phones in clear, under a plain index: the floor."""

    __tablename__ = "bench_phone"
    __table_args__ = BENCH
    id: orm.Mapped[uuid.UUID] = field("id", Sensitivity.ROUTING, primary_key=True)
    phone: orm.Mapped[str] = field("phone", Sensitivity.REFERENCE, sa.String(20), index=True)


def measure(sizes: Sizes) -> Iterator[Ratio]:
    """Ratios of an exact search, and what a candidate of a name search costs."""
    draw, people = Random(3), sizes.people
    crowd = _fill(people, draw)
    asked = draw.sample(crowd, min(ASKED, len(crowd)))
    took = medians(5, plain=lambda: _plain(asked), sealed=lambda: _by_phone(asked))
    each = took["sealed"] / len(asked) * 1e6
    yield Ratio(
        f"exact search of {people:,} / plain index look-up", took["sealed"] / took["plain"], 25,
        detail=f"{each:.0f} µs a search",
    )  # fmt: skip
    yield from _names(asked)


def _names(asked: list[dict[str, Any]]) -> Iterator[Ratio]:
    """Whole names. What one more candidate costs: crowded names against lonely ones."""
    found = {name: _candidates(name) for name in {_whole(person) for person in asked}}
    counts = {name: count for name, count in found.items() if count is not None}
    ranked = sorted(counts, key=lambda name: counts[name])
    lonely, crowded = ranked[:NAMES], ranked[-NAMES:]
    took = medians(7, lonely=lambda: _by_name(lonely), crowded=lambda: _by_name(crowded))
    more = sum(counts[name] for name in crowded) - sum(counts[name] for name in lonely)
    yield Ratio("most candidates opened for a name", max(counts.values()), 200, unit="",
                detail=f"{len(found) - len(counts)} names asked for a birth year")  # fmt: skip
    each = (took["crowded"] - took["lonely"]) / more * 1e6
    yield Ratio("one more candidate of a name search", each, 12, unit="µs",
                detail=f"{took['crowded'] / NAMES * 1e6:.0f} µs a crowded search")  # fmt: skip


def _candidates(name: str) -> int | None:
    """How many would be opened; None where the search asks for more."""
    with opening({"identity"}):
        try:
            return len(SealedName.find.candidates(name=name))
        except TooMany:
            return None


def _fill(people: int, draw: Random) -> list[dict[str, Any]]:
    tables = [SealedName.__table__, ClearPhone.__table__]
    Base.metadata.create_all(db.engine, tables)
    given = [_word(draw) for _ in range(400)]
    family = [_word(draw, 3) for _ in range(4000)]
    crowd = [
        {"given": _skewed(draw, given), "family": _skewed(draw, family),
         "phones": [f"+2126{number:08d}"]}
        for number in range(people)
    ]  # fmt: skip
    for start in range(0, people, BATCH):
        with opening({"identity"}), transaction():
            for person in crowd[start : start + BATCH]:
                db.session.add(SealedName(subject_id=new_subject(), identity=person))
                db.session.add(ClearPhone(id=uuid.uuid4(), phone=person["phones"][0]))
        db.session.remove()
    return crowd


def _word(draw: Random, syllables: int = 2) -> str:
    return "".join(draw.choice(CONSONANTS) + draw.choice(VOWELS) for _ in range(syllables))


def _skewed(draw: Random, words: list[str]) -> str:
    """Names are not shared out evenly: a few are everybody’s."""
    return words[int(len(words) * draw.random() ** 2)]


def _plain(asked: list[dict[str, Any]]) -> None:
    table = ClearPhone.__table__
    for person in asked:
        query = sa.select(table.c.id).where(table.c.phone == person["phones"][0])
        db.session.execute(query).all()
    db.session.remove()


def _by_phone(asked: list[dict[str, Any]]) -> None:
    with opening({"identity"}):
        for person in asked:
            phone = person["phones"][0]
            query = sa.select(SealedName).where(SealedName.find.where(phone=phone))
            found = [row for row, words in open_rows(query, SealedName.identity)
                     if phone in words["phones"]]  # fmt: skip
            assert len(found) == 1
    db.session.remove()


def _by_name(names: list[str]) -> None:
    with opening({"identity"}):
        for name in names:
            query = sa.select(SealedName).where(SealedName.find.where(name=name))
            sum(1 for _ in open_rows(query.limit(200), SealedName.identity))
    db.session.remove()


def _whole(person: dict[str, Any]) -> str:
    return f"{person['given']} {person['family']}"
