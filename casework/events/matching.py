# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who came before: a name and its organisation are one attendee, whichever site wrote it down.

The rule is that of the registry: an attendee is a name and an organisation. Names are compared
without accents, case, marks and order of words; the search looks at every list of the programme,
by tokens, and gives back a random id, a number for figures and a kind, nothing a reader sees.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from casework.db import db
from casework.people import numbers, records
from casework.policy import finding
from casework.vault import errors, open_rows

from .models import HEARD, Organisation, Participant

AT_ONCE = 200  # tokens in one question
folded = numbers.folded


class Known(NamedTuple):
    """What stands in the programme under a name already."""

    id: uuid.UUID
    kind: str | None
    ordinal: int
    subject_id: uuid.UUID | None = None


def attendee_key(organisation_id: uuid.UUID | None, site_id: uuid.UUID, name: str) -> str:
    """What makes an attendee one. Who stands for nobody is one within a site: two namesakes of
    two towns are two people."""
    return f"{organisation_id or site_id}|{folded(name)}"


def organisations(names: Iterable[str]) -> dict[str, Known]:
    """Those the programme knows, by their folded name."""
    return _known(Organisation, Organisation.body, names)


def attendees(keys: Iterable[str]) -> dict[str, Known]:
    """Those the programme knows, by their key."""
    return _known(Participant, Participant.who, keys)


def _known(model: Any, of: Any, wanted: Iterable[str]) -> dict[str, Known]:
    """Opened and compared: a token is shared by several. What does not open is nobody's."""
    names, found = sorted(set(wanted)), {}
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        query = finding(sa.select(model).where(model.find.where(match=some)))
        for row, said in open_rows(query, of):
            if not isinstance(said, errors.Damaged) and said.get("match") in some:
                found[said["match"]] = Known(row, said.get("kind"), said["ordinal"])
    keys = _keys(model, [one.id for one in found.values()])
    return {name: one._replace(subject_id=keys[one.id]) for name, one in found.items()}


def alike(keys: Mapping[str, str]) -> dict[str, str]:
    """Who may be the same with another letter in her name. `keys` are typed names by their key;
    the answer has, for those nobody bears yet, a name of the same organisation that sounds like
    it, out of the lists within the reader's reach."""
    asked = sa.select(Participant).where(Participant.find.where(heard=sorted(keys.values())))
    near = [one for one in db.session.scalars(asked) if records.opens(one)]
    known = {one.who.match for one in near}
    heard = [(one.who.match.partition("|")[0], HEARD.of_record(one), one.who.name) for one in near]
    found = {}
    for key, name in keys.items():
        place, sounds = key.partition("|")[0], HEARD.of_query(name)
        same = (who for where, others, who in heard if where == place and others & sounds)
        if key not in known and (first := next(same, None)):
            found[key] = first
    return found


def _keys(model: Any, rows: list[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Under whose key each is sealed."""
    asked = finding(sa.select(model.id, model.subject_id).where(model.id.in_(rows)))
    return {row: subject for row, subject in db.session.execute(asked)} if rows else {}
