# SPDX-License-Identifier: AGPL-3.0-or-later
"""The vault's own tables: wrapped keys, the canary, search tokens. Nothing here names anyone."""

import uuid
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from casework.db import Sensitivity, db, field
from casework.i18n import _l

if TYPE_CHECKING:  # the checker does not know the class that Flask-SQLAlchemy makes of Base
    from casework.db import Base as Model
else:
    Model = db.Model


class SubjectKey(Model):
    """One person's key. Erased: `wrapped` is empty and the line stays as a proof."""

    subject_id: Mapped[uuid.UUID] = field(_l("Key number"), Sensitivity.ROUTING, primary_key=True)
    epoch: Mapped[int] = field(_l("Root epoch"), Sensitivity.ROUTING, index=True)
    wrapped: Mapped[bytes | None] = field(_l("Wrapped key"), Sensitivity.SECRET)


class VaultKey(Model):
    """A key of the vault itself: the root of the search tokens and their width in bits."""

    name: Mapped[str] = field(_l("Name"), Sensitivity.REFERENCE, sa.String(40), primary_key=True)
    epoch: Mapped[int] = field(_l("Root epoch"), Sensitivity.ROUTING)
    bits: Mapped[int] = field(_l("Width of tokens"), Sensitivity.REFERENCE)
    wrapped: Mapped[bytes] = field(_l("Wrapped key"), Sensitivity.SECRET)


class VaultState(Model):
    """Canaries: a known text sealed by each domain, opened at every start."""

    name: Mapped[str] = field(_l("Name"), Sensitivity.REFERENCE, sa.String(40), primary_key=True)
    box: Mapped[bytes] = field(_l("Sealed record"), Sensitivity.SECRET)


class Token(Model):
    """A keyed, truncated token of a searchable value; several rows share each by design."""

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (read by SQLAlchemy only)

    kind: Mapped[str] = field(_l("Kind"), Sensitivity.REFERENCE, sa.String(60), primary_key=True)
    token: Mapped[int] = field(
        _l("Search token"), Sensitivity.SECRET, sa.BigInteger, primary_key=True
    )
    row_id: Mapped[uuid.UUID] = field(
        _l("Random id"), Sensitivity.ROUTING, primary_key=True, index=True
    )


# The same tables for many rows at once, where objects would only cost time.
KEYS = cast(sa.Table, SubjectKey.__table__)
TOKENS = cast(sa.Table, Token.__table__)
