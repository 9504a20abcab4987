# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealed records: several typed fields in one envelope, opened on first touch, sealed at flush.

A column type sees one value, neither its row nor its person; an envelope is tied to both. Loading
a list opens nothing. The first touch fetches the keys of all sealed records of the session in one
query. Reading gives plain attributes; writing marks the record, `sealing` does the rest.
"""

import copy
import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import event, orm
from sqlalchemy.orm import Mapped
from sqlalchemy.orm.attributes import flag_modified

from casework.db import Field, Sensitivity, db, field, new_id
from casework.i18n import _l
from casework.keys import Damaged, Erased, Keyring, VaultError, formats

from .gate import ring_for
from .models import KEYS

LARGEST = 200_000  # bytes of text in one envelope
KEYS_AT_ONCE = 5_000  # below the limit on bound values of both databases
KINDS = (str, int, bool, dt.date, dt.datetime, uuid.UUID, list, dict)
_READ: dict[type, Callable[[str], Any]] = {
    dt.date: dt.date.fromisoformat,
    dt.datetime: dt.datetime.fromisoformat,
    uuid.UUID: uuid.UUID,
}


def sealed(
    label: Any,
    kind: type,
    sensitivity: Sensitivity,
    codes: str | None = None,
    max_length: int | None = None,
) -> Field:
    """The declaration of one field inside an envelope."""
    if kind not in KINDS:
        raise TypeError(f"an envelope cannot hold {kind.__name__}")
    return Field(label, sensitivity, kind, codes, max_length)


class Document:
    """What `record.identity` gives: plain attributes, one per field. Its repr shows nothing."""

    def __repr__(self) -> str:
        return "<sealed>"

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__
        envelope_: envelope = own["_envelope"]
        own[name] = envelope_.checked(name, value)
        if not own["_changed"]:
            own["_changed"] = True
            flag_modified(own["_record"], envelope_.column)

    def __reduce__(self) -> Any:
        raise TypeError("an opened record is never written anywhere else")


def _copied(name: str) -> property:
    """Lists and dicts leave as copies: a change inside one would not be seen, so never saved."""

    def read(document: Document) -> Any:
        return copy.deepcopy(document.__dict__[name])

    return property(read)


class envelope:  # noqa: N801 (read as a declaration: `identity = envelope(given=sealed(…))`)
    """One ciphertext column with several fields. `compartment` is what roles are granted."""

    def __init__(self, *, compartment: str = "", **fields: Field) -> None:
        if any(name.startswith("_") for name in fields):
            raise TypeError("the name of a sealed field starts with a letter")
        self.compartment, self.fields = compartment, fields
        self._blank: dict[str, Any] = dict.fromkeys(fields)
        kinds = {name: declared.kind for name, declared in fields.items()}
        self._read = [(name, _READ[kind]) for name, kind in kinds.items() if kind in _READ]
        copied = {name: _copied(name) for name, kind in kinds.items() if kind in (list, dict)}
        self._shape = type("Sealed", (Document,), copied)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.compartment = name, self.compartment or name
        self.column, self._slot = f"{name}_box", f"_{name}_opened"

    def __repr__(self) -> str:
        return f"<envelope {self.name}>"

    def settle(self, owner: type) -> None:
        """Called once the table of the record is known."""
        self.owner: Any = owner
        self.table: str = owner.__tablename__  # type: ignore[attr-defined]
        self._prefix = formats.prefix(self.table, self.name)

    # ------------------------------------------------------------------ reading

    def __get__(self, record: Any, owner: type) -> Any:
        if record is None:
            return self
        ring = ring_for(self.compartment)
        own = record.__dict__
        document = own.get(self._slot)
        if document is not None:
            kept = document.__dict__
            if kept["_changed"] or kept["_box"] is own.get(self.column, own):
                return document
        return self._open(record, own, ring)

    def _open(self, record: Any, own: dict[str, Any], ring: Keyring) -> Document:
        box = getattr(record, self.column)
        document: Document = self._shape()
        values = document.__dict__
        values.update(self._blank)
        if box:
            person = record.subject_id.bytes
            kept = ring.get(person)
            generation = box[1] if len(box) > 1 else 0
            key = kept[1] if kept and kept[0] == generation else _key_of(record, ring, generation)
            values.update(self.unsealed(key, box, record.id, person))
        values.update(_record=record, _envelope=self, _box=box, _changed=False)
        own[self._slot] = document
        return document

    def unsealed(self, key: AESGCM, box: bytes, row: uuid.UUID, person: bytes) -> dict[str, Any]:
        """The fields of one envelope, in their types; unknown ones as they stand."""
        try:
            text = formats.unseal(key, box, self._prefix + row.bytes + person)
            values: dict[str, Any] = json.loads(text.decode())
            for name, read in self._read:
                if name in values:
                    values[name] = read(values[name])
        except (Damaged, ValueError, TypeError):
            raise Damaged(table=self.table, row_id=row) from None
        return values

    # ------------------------------------------------------------------ writing

    def __set__(self, record: Any, values: Mapping[str, Any]) -> None:
        """Set the fields named; the others stay as they are."""
        document = self.__get__(record, type(record))
        for name, value in values.items():
            setattr(document, name, value)

    def checked(self, name: str, value: Any) -> Any:
        """The value, if the field exists and holds this type. The refusal never repeats it."""
        if name not in self.fields:
            raise AttributeError(f"{self.name} has no field {name}")
        kind = self.fields[name].kind
        assert kind is not None
        if value is None:
            return None
        if not _fits(value, kind):
            raise TypeError(f"{self.name}.{name} holds {kind.__name__}")
        return copy.deepcopy(value) if kind in (list, dict) else value

    def changed(self, record: Any) -> bool:
        """Whether the opened fields differ from the envelope."""
        document = record.__dict__.get(self._slot)
        return document is not None and document.__dict__["_changed"]

    def close(self, record: Any) -> bytes:
        """Seal what was changed into the record's column, and give the envelope."""
        ring = ring_for(self.compartment)
        if record.subject_id is None:
            raise VaultError(_l("A sealed record needs the key of a person."), self.table)
        values = record.__dict__[self._slot].__dict__
        text = self._text(values, record.id)
        person = record.subject_id.bytes
        generation, key = ring.get(person) or _newest_key_of(record, ring)
        box = formats.seal(key, generation, text, self._prefix + record.id.bytes + person)
        setattr(record, self.column, box)
        values.update(_box=box, _changed=False)
        return box

    def _text(self, values: Mapping[str, Any], row: uuid.UUID) -> bytes:
        body = {
            name: _plain(value)
            for name, value in values.items()
            if value is not None and not name.startswith("_")
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) > LARGEST:
            raise VaultError(_l("This record is too long to be kept."), self.table, row)
        return text

    def forget(self, record: Any) -> None:
        """Drop the opened text."""
        record.__dict__.pop(self._slot, None)


def _fits(value: Any, kind: type) -> bool:
    if kind is dt.date:
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


# ---------------------------------------------------------------------- keys of records


def _key_of(record: Any, ring: Keyring, generation: int) -> AESGCM:
    """The key that sealed this record's envelope."""
    found, key = _newest_key_of(record, ring)
    if found != generation:
        raise Damaged(table=record.__tablename__, row_id=record.id)
    return key


def _newest_key_of(record: Any, ring: Keyring) -> tuple[int, AESGCM]:
    """Fetch the keys of all sealed records of the session; complain about this record's only."""
    session = orm.object_session(record) or db.session()
    wanted = {record.subject_id}
    for other in session.identity_map.values():
        person = other.__dict__.get("subject_id") if isinstance(other, Vaulted) else None
        if person is not None and ring.get(person.bytes) is None:
            wanted.add(person)
    missing = fetch_keys(session, ring, [person.bytes for person in wanted])
    found = ring.get(record.subject_id.bytes)
    if found is not None and record.subject_id.bytes not in missing:
        return found
    kind = missing.get(record.subject_id.bytes, Erased)
    raise kind(table=record.__tablename__, row_id=record.id)


def fetch_keys(
    session: orm.Session, ring: Keyring, people: list[bytes]
) -> dict[bytes, type[Damaged]]:
    """Bring these keys to the ring; says which could not be opened, and how."""
    problems: dict[bytes, type[Damaged]] = {}
    for start in range(0, len(people), KEYS_AT_ONCE):
        query = sa.select(number_of(KEYS.c.subject_id), KEYS.c.wrapped)
        query = query.where(_among(session, people[start : start + KEYS_AT_ONCE]))
        with session.no_autoflush:
            for number, wrapped in session.execute(query):
                person = number_bytes(number)
                try:
                    ring.admit(person, wrapped or b"")
                except Damaged as problem:
                    problems[person] = type(problem) if wrapped else Erased
    return problems


def _among(session: orm.Session, people: list[bytes]) -> sa.ColumnElement[bool]:
    """One list as one bound value: quicker than thousands of them, on either database."""
    if session.get_bind().dialect.name == "postgresql":
        listed = [uuid.UUID(bytes=person) for person in people]
        return KEYS.c.subject_id == sa.any_(sa.literal(listed, sa.ARRAY(sa.Uuid())))
    wanted = sa.func.json_each(json.dumps([person.hex() for person in people]))
    return KEYS.c.subject_id.in_(sa.select(wanted.table_valued("value").c.value))


def number_of(column: Any) -> sa.ColumnElement[Any]:
    """The number of a key as the driver gives it: an object for each of many rows costs more than
    its key. `number_bytes` reads it."""
    return sa.type_coerce(column, sa.String)


def number_bytes(number: Any) -> bytes:
    """32 letters on SQLite, an object of its own on PostgreSQL."""
    return bytes.fromhex(number) if isinstance(number, str) else number.bytes


class Vaulted:
    """A record with envelopes. Put it first: `class Person(Vaulted, db.Model)`.

    Its id is made in Python, since the envelope is tied to it before the row exists. `version`
    refuses a concurrent edit: an envelope is read and written whole.
    """

    __envelopes__: ClassVar[tuple[envelope, ...]] = ()
    __tokens__: ClassVar[Any] = None  # set by a declaration of `tokens`

    id: Mapped[uuid.UUID] = field(_l("Random id"), Sensitivity.ROUTING, primary_key=True)
    subject_id: Mapped[uuid.UUID] = field(
        _l("Key number"), Sensitivity.ROUTING, sa.ForeignKey("subject_key.subject_id"), index=True
    )
    version: Mapped[int] = field(_l("Version"), Sensitivity.ROUTING)

    @orm.declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 (SQLAlchemy calls it on the class)
        return {"version_id_col": cls.version}

    def __init_subclass__(cls, **options: Any) -> None:
        mine = tuple(value for value in vars(cls).values() if isinstance(value, envelope))
        for one in mine:
            box = field(_l("Sealed record"), Sensitivity.SECRET, sa.LargeBinary, nullable=True)
            setattr(cls, one.column, box)
        super().__init_subclass__(**options)
        cls.__envelopes__ = mine
        for one in mine:
            one.settle(cls)

    def __init__(self, **values: Any) -> None:
        self.id = values.pop("id", None) or new_id()
        for one in self.__envelopes__:
            setattr(self, one.column, None)
        super().__init__(**values)


@event.listens_for(Vaulted, "expire", propagate=True)
@event.listens_for(Vaulted, "refresh", propagate=True)
def _drop_opened(record: Vaulted | None, *_details: Any) -> None:
    if record is None:
        return  # the object died while its session rolled back: nothing of it is left open
    for one in record.__envelopes__:
        one.forget(record)
