# SPDX-License-Identifier: AGPL-3.0-or-later
"""Staff, places, roles and sessions. Who a colleague is lies in a sealed card, found by a token."""

import datetime as dt
import hmac
import json
import uuid
from functools import cache
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy.orm import Mapped

from casework import clock
from casework.codelists import codelist
from casework.db import Base, Sensitivity, db, field, new_id
from casework.i18n import _l, language
from casework.policy import Actor
from casework.vault import Vaulted, envelope, formats, sealed

ROUTING, REFERENCE = Sensitivity.ROUTING, Sensitivity.REFERENCE
STAFF, SECRET = Sensitivity.STAFF, Sensitivity.SECRET
CARD_SIZE = 512  # one length for all cards, or the database would tell long names from short


class Site(Base):
    """A place of the programme: a listening cell or a hub. `number` never changes: facts use it."""

    __tablename__ = "site"

    id: Mapped[uuid.UUID] = field(_l("Random id"), ROUTING, primary_key=True, default=new_id)
    number: Mapped[int] = field(_l("Number"), REFERENCE, sa.SmallInteger, unique=True)
    code: Mapped[str] = field(_l("Code"), REFERENCE, sa.String(12), unique=True)
    kind: Mapped[str] = field(_l("Kind"), REFERENCE, sa.String(8), codes="site_kind")
    name_fr: Mapped[str] = field(_l("Name in French"), REFERENCE, sa.String(80))
    name_ar: Mapped[str] = field(_l("Name in Arabic"), REFERENCE, sa.String(80))
    name_en: Mapped[str] = field(_l("Name in English"), REFERENCE, sa.String(80))
    region: Mapped[str | None] = field(_l("Region"), REFERENCE, sa.String(12))

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return getattr(self, f"name_{language()}")

    @staticmethod
    @cache
    def number_of(site_id: uuid.UUID) -> int:
        """The number a site has in figures. It never changes, so it is asked for once."""
        return db.session.execute(sa.select(Site.number).where(Site.id == site_id)).scalar_one()

    @property
    def kind_label(self) -> str:
        return codelist("site_kind").label(self.kind)


class User(Base):
    """A colleague with an account. `epoch` rises to end all her sessions at once."""

    __tablename__ = "user"

    id: Mapped[uuid.UUID] = field(_l("Random id"), ROUTING, primary_key=True)
    login_token: Mapped[bytes] = field(_l("Search token"), SECRET, unique=True)
    card: Mapped[bytes] = field(_l("Sealed record"), SECRET)
    password: Mapped[str] = field(_l("Password"), SECRET, sa.String(200))
    must_change_password: Mapped[bool] = field(_l("Must change password"), STAFF)
    is_active: Mapped[bool] = field(_l("Active"), STAFF)
    epoch: Mapped[int] = field(_l("Epoch"), STAFF)
    key_id: Mapped[uuid.UUID | None] = field(
        _l("Key number"), ROUTING, sa.ForeignKey("subject_key.subject_id")
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), "epoch": 1, "is_active": True, **values})

    @property
    def details(self) -> dict[str, Any]:
        """`login`, `name` and `language`, from the sealed card."""
        return details_of(self)

    @details.setter
    def details(self, values: dict[str, Any]) -> None:
        text = json.dumps(values, ensure_ascii=False).encode().ljust(CARD_SIZE)
        self.card = formats.seal(_staff_key(), 1, text, _place(self.id))
        self.login_token = keyed("login", values["login"])

    @property
    def name(self) -> str:
        return self.details["name"]

    def __repr__(self) -> str:
        return "<sealed>"


def details_of(user: Any) -> dict[str, Any]:
    """What is on the sealed card of a user, or of a row that has her `id` and `card`."""
    return json.loads(formats.unseal(_staff_key(), user.card, _place(user.id)))


def keyed(purpose: str, value: str) -> bytes:
    """The token of a login or of an address: the same for who holds the office key, else noise."""
    key = formats.derive(current_app.extensions["vault"].office_key("staff"), purpose)
    return hmac.digest(key, value.strip().casefold().encode(), "sha256")


def _staff_key() -> AESGCM:
    return AESGCM(current_app.extensions["vault"].office_key("staff"))


def _place(user_id: uuid.UUID) -> bytes:
    return formats.binding(User.__tablename__, "card", user_id, user_id)


class RoleGrant(Base):
    """A role someone holds at a site, or for the whole programme, from one moment to another."""

    __tablename__ = "role_grant"

    id: Mapped[uuid.UUID] = field(_l("Random id"), ROUTING, primary_key=True, default=new_id)
    user_id: Mapped[uuid.UUID] = field(_l("User"), STAFF, sa.ForeignKey("user.id"), index=True)
    role: Mapped[str] = field(_l("Role"), STAFF, sa.String(20))
    site_id: Mapped[uuid.UUID | None] = field(_l("Site"), STAFF, sa.ForeignKey("site.id"))
    since: Mapped[dt.datetime] = field(_l("From"), STAFF, default=clock.now)
    until: Mapped[dt.datetime | None] = field(_l("Until"), STAFF)


class Share(Base):
    """A record that someone may read besides who follows it, agreed to and for a time."""

    __tablename__ = "share"

    record_id: Mapped[uuid.UUID] = field(_l("Record"), ROUTING, primary_key=True)
    user_id: Mapped[uuid.UUID] = field(
        _l("User"), ROUTING, sa.ForeignKey("user.id"), primary_key=True, index=True
    )
    until: Mapped[dt.date] = field(_l("Until"), ROUTING)


class SignIn(Base):
    """A session, kept on the server. The browser holds a token of 256 bits, we its hash."""

    __tablename__ = "sign_in"

    id: Mapped[uuid.UUID] = field(_l("Random id"), ROUTING, primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = field(_l("Token"), SECRET, unique=True)
    user_id: Mapped[uuid.UUID] = field(_l("User"), STAFF, sa.ForeignKey("user.id"), index=True)
    epoch: Mapped[int] = field(_l("Epoch"), STAFF)
    created_at: Mapped[dt.datetime] = field(_l("Since"), STAFF)
    last_seen_at: Mapped[dt.datetime] = field(_l("Last used"), STAFF)
    expires_at: Mapped[dt.datetime] = field(_l("Until"), STAFF)
    locked_at: Mapped[dt.datetime | None] = field(_l("Locked"), STAFF)
    is_shared: Mapped[bool] = field(_l("Shared post"), STAFF)


class Attempt(Base):
    """Failed sign-ins of one login or one address, by keyed token: for delays, never a lock-out."""

    __tablename__ = "attempt"

    token: Mapped[bytes] = field(_l("Search token"), SECRET, primary_key=True)
    failures: Mapped[int] = field(_l("Attempts"), STAFF)
    last_at: Mapped[dt.datetime] = field(_l("Last used"), STAFF)


class Draft(Vaulted, Base):
    """What someone was writing, under her own key: a draft, or a form held while she signs in."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("user_id", "form_key"),)

    user_id: Mapped[uuid.UUID] = field(_l("User"), ROUTING, sa.ForeignKey("user.id"), index=True)
    form_key: Mapped[str] = field(_l("Form"), ROUTING, sa.String(200))
    saved_at: Mapped[dt.datetime] = field(_l("Saved"), ROUTING)
    is_held: Mapped[bool] = field(_l("Held"), ROUTING, default=False)

    draft = envelope(answers=sealed(_l("Answers"), dict, Sensitivity.SPECIAL))


# Asked at every request, so made once, and of plain columns: (role, site), or (SHARED, record).
SHARED = "shared"
_USER, _NOW, _TODAY = sa.bindparam("user"), sa.bindparam("now"), sa.bindparam("today")
_ROLES, _SHARES = RoleGrant.__table__.c, Share.__table__.c
_HELD = sa.union_all(
    sa.select(_ROLES.role, _ROLES.site_id).where(
        _ROLES.user_id == _USER,
        _ROLES.since <= _NOW,
        sa.or_(_ROLES.until.is_(None), _ROLES.until > _NOW),
    ),
    sa.select(sa.literal(SHARED), _SHARES.record_id).where(
        _SHARES.user_id == _USER, _SHARES.until >= _TODAY
    ),
)


def actor_of(user: Any, connection: sa.Connection | None = None) -> Actor:
    """The acting snapshot of a user, or of a row with her columns: the roles and shares in force
    now, read in the unit of work or on the `connection` given."""
    details = details_of(user)
    held: dict[str, set[uuid.UUID]] = {}
    asked = {"user": user.id, "now": clock.now(), "today": clock.today()}
    for role, place in (connection or db.session.connection()).execute(_HELD, asked):
        held.setdefault(role, set()).update({place} - {None})
    shares = held.pop(SHARED, ())
    return Actor(
        user.id, details["name"], details.get("language"),
        {role: frozenset(sites) for role, sites in held.items()},
        frozenset(shares), user.is_active, user.must_change_password,
    )  # fmt: skip
