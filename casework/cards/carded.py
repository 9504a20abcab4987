# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record of the programme itself: declared fields on a card, a version, a form sent twice."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from casework.codelists import check_code
from casework.db import Field, Sensitivity, db, field, new_id
from casework.errors import Refusal, Stale
from casework.i18n import _, _l, format_number
from casework.vault import errors

from .sealing import closed, opened

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


def made_before(model: Any, key: uuid.UUID | None, **same: Any) -> Any:
    """The record that a form made when it was sent before; None where it made none yet. Raises
    Refusal where the form holds another text now."""
    already = db.session.get(model, key) if key else None
    if already and any(getattr(already, n, already.details.get(n)) != v for n, v in same.items()):
        raise Refusal(_("This form was used already. Save again to keep this text as well."))
    return already
