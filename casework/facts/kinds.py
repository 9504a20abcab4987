# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be counted: kinds of facts, declared by the strands, and the dimensions they carry."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.codelists import codelist

# The name of a dimension is the name of its code list. Its place is its byte in every sealed
# fact, for ever: this tuple only grows, at its end.
DIMENSIONS = (
    "sex", "age_band", "population_group", "nationality_group", "disability", "new_returning",
    "session_type", "session_format", "language", "legal_form", "orientation_format", "pathway",
    "orientation_topic", "first_contact", "event_kind", "event_topic", "organisation_kind",
    "region", "product_kind", "isic_section", "support_type", "isco_major", "contract_type",
    "owner_sex", "owner_population_group", "venture_state",
)  # fmt: skip
ROOM = 32  # bytes kept in every fact, so that a new dimension changes no length
PLACE = {name: place for place, name in enumerate(DIMENSIONS)}

_kinds: dict[int | str, "FactKind"] = {}  # each by its number and by its name


@dataclass(frozen=True)
class FactKind:
    """A thing that happens and is counted. `number` is its name inside sealed facts, for ever."""

    name: str
    number: int
    dims: tuple[str, ...] = DIMENSIONS

    def __post_init__(self) -> None:
        if unknown := set(self.dims) - set(DIMENSIONS):
            raise ValueError(f"fact kind {self.name}: no such dimension: {sorted(unknown)}")
        if not 1 <= self.number <= 0xFFFF:
            raise ValueError(f"fact kind {self.name}: a number from 1 to 65535")
        for key in (self.number, self.name):
            if _kinds.setdefault(key, self) != self:
                raise ValueError(f"fact kind {self.name}: its name or number is another kind's")


def kind_of(kind: FactKind | str) -> FactKind:
    """The kind, or the kind of that name. KeyError for one that no strand declared."""
    return kind if isinstance(kind, FactKind) else _kinds[kind]


def name_of(number: int) -> str:
    """The name of a kind; its number where no strand declares it any more."""
    return _kinds[number].name if number in _kinds else str(number)


def pack_dims(dims: Mapping[str, str | None], kind: FactKind | None = None) -> bytes:
    """One byte a dimension: the stable number of its code; what is missing was not said.

    Raises ValueError for a dimension the kind does not carry or a code outside its list.
    """
    packed = bytearray(ROOM)
    for name, code in dims.items():
        if name not in PLACE or (kind and name not in kind.dims):
            raise ValueError(f"a fact of this kind does not carry {name}")
        if code:
            if code not in codelist(name):
                raise ValueError(f"a code outside the list {name}")
            packed[PLACE[name]] = codelist(name).number(code)
    return bytes(packed)
