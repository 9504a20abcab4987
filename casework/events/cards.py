# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the programme says of its own work, sealed in the office domain.

An event or a product is about no person, and a coordinator's process, which opens no file, must
read it. In clear stand only ids, place in the programme, status and day stamps; titles, places
and partners are on a card under an office key, since whoever types a title may type a name.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from casework.codelists import check_code
from casework.db import Field, Sensitivity, db, field, new_id
from casework.errors import Refusal, Stale
from casework.i18n import _, _l, format_number
from casework.vault import errors, formats

REFERENCE, SECRET = Sensitivity.REFERENCE, Sensitivity.SECRET


def told(label: Any, kind: type = str, codes: str | None = None, longest: int = 0) -> Field:
    """The declaration of one field on a card."""
    return Field(label, REFERENCE, kind, codes, longest or None)


class Carded:
    """A record of the programme itself. FIELDS declares what its card holds; `version` refuses a
    concurrent edit. A value of None was not said."""

    FIELDS: ClassVar[Mapping[str, Field]]
    MOVED: ClassVar[Any]  # sentence: it was changed since the form was opened

    id: Mapped[uuid.UUID] = field(_l("Random id"), Sensitivity.ROUTING, primary_key=True)
    version: Mapped[int] = field(_l("Version"), Sensitivity.ROUTING)
    card: Mapped[bytes] = field(_l("Sealed record"), SECRET)

    @orm.declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 (SQLAlchemy calls it on the class)
        return {"version_id_col": cls.version}

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), **values})

    def __repr__(self) -> str:
        return "<sealed>"

    @property
    def details(self) -> dict[str, Any]:
        """What the card says, every field there. Raises Damaged."""
        kept = self.__dict__.get("_card_opened")
        if kept is None or kept[0] is not self.card:
            kept = self.card, {**dict.fromkeys(self.FIELDS), **opened(self, "card")}
            self.__dict__["_card_opened"] = kept
        return dict(kept[1])

    def describe(self, **values: Any) -> None:
        """Put these fields on the card; the others stay. Raises Refusal (422) for a code outside
        its list or a text that does not fit."""
        before = self.details if self.card else {}
        said = {name: value for name, value in values.items() if value not in (None, "")}
        for name, value in said.items():
            _check(self.FIELDS[name], value)
        kept = {name: value for name, value in before.items() if name not in values}
        both = {name: value for name, value in (kept | said).items() if value is not None}
        if not self.card or both != {n: v for n, v in before.items() if v is not None}:
            self.card = closed(self, "card", both)

    @property
    def is_whole(self) -> bool:
        try:
            return bool(self.details)
        except errors.Damaged:
            return False

    def check_version(self, seen: int) -> None:
        """Raises Stale where it is not what the form was opened on."""
        if seen != self.version:
            raise Stale(self.MOVED)


def _check(declared: Field, value: Any) -> None:
    if declared.codes:
        check_code(declared.codes, value)
    if declared.max_length and len(value) > declared.max_length:
        most = format_number(declared.max_length)
        raise Refusal(_("This text is too long. At most %(most)s characters fit.", most=most), 422)


# ------------------------------------------------------------------ sealing under the office key


def closed(record: Any, column: str, content: Mapping[str, Any]) -> bytes:
    """The content sealed for this column of this row, and for no other place."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return formats.seal(_key(), 1, text, _place(record, column))


def opened(record: Any, column: str) -> dict[str, Any]:
    """What was sealed there; nothing where nothing was. Raises Damaged."""
    box = getattr(record, column)
    if not box:
        return {}
    try:
        content: dict[str, Any] = json.loads(formats.unseal(_key(), box, _place(record, column)))
    except errors.Damaged:
        raise errors.Damaged(table=record.__tablename__, row_id=record.id) from None
    return content


def _key() -> AESGCM:
    return AESGCM(current_app.extensions["vault"].office_key("events"))


def _place(record: Any, column: str) -> bytes:
    return formats.binding(record.__tablename__, column, record.id, record.id)


def made_before(model: Any, key: uuid.UUID | None, **same: Any) -> Any:
    """The record that a form made when it was sent before; None where it made none yet. Raises
    Refusal where the form holds another text now."""
    already = db.session.get(model, key) if key else None
    if already and any(getattr(already, n, already.details.get(n)) != v for n, v in same.items()):
        raise Refusal(_("This form was used already. Save again to keep this text as well."))
    return already
