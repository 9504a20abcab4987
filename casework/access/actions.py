# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sites, accounts, roles, and signing in: each verb with its trace. Passwords are hashed outside
any transaction, so that a slow hash never holds the database."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework import clock
from casework.audit import speaking, trace
from casework.codelists import codelist
from casework.db import db, transaction
from casework.errors import Refusal
from casework.i18n import LANGUAGES, _
from casework.policy import ROLES
from casework.staff import Site, User, current_user, drafts, models, sessions

from . import passwords

# (failures before a delay, longest delay in seconds). Short for a login: someone who wants to
# keep her out must not be able to. An address may be a whole office.
DELAYS = {"login": (5, 60), "address": (20, 900)}
FORGOTTEN_AFTER = dt.timedelta(days=1)

# Left for their own issues: a second factor is asked for between `_known` and `sessions.begin`;
# four-eyes, between asking for a grant and `grant`.

# ------------------------------------------------------------------ places


def create_site(code: str, kind: str, name: dict[str, str], region: str | None = None) -> Site:
    """A place of the programme. `name` holds fr, ar and en. Its number is the next and for ever."""
    code = code.strip().upper()
    if not code or kind not in codelist("site_kind") or not all(name.get(x) for x in LANGUAGES):
        raise Refusal(_("Fill in the code, the kind and the three names."), 422)
    if db.session.scalar(sa.select(Site).where(Site.code == code)):
        raise Refusal(_("Another site has this code."), 422)
    last = db.session.scalar(sa.select(sa.func.max(Site.number))) or 0
    names = {f"name_{language}": name[language].strip() for language in LANGUAGES}
    site = Site(number=last + 1, code=code, kind=kind, region=region or None, **names)
    db.session.add(site)
    db.session.flush()
    return site


# ------------------------------------------------------------------ accounts and roles


def find_user(login: str) -> User | None:
    return db.session.scalar(
        sa.select(User).where(User.login_token == models.keyed("login", login))
    )


def create_user(
    login: str, name: str, language: str = "fr", password: str | None = None,
    like: User | None = None,
) -> tuple[User, str]:  # fmt: skip
    """A new account and the password to hand over, which the first sign-in must replace.

    With `password`, that one is kept as it is: for the fictional programme and for tests. There
    `like` may name another with the same, as each hash of a password costs a tenth of a second.
    """
    login, name = login.strip(), name.strip()
    if not login or not name or len(login) > 60 or len(name) > 80:
        raise Refusal(_("Fill in a name and a user name."), 422)
    if find_user(login):
        raise Refusal(_("Another account has this user name."), 422)
    given = password or passwords.one_time_password()
    hashed = like.password if like else passwords.hash_password(given)
    user = User(password=hashed, must_change_password=password is None)
    user.details = {"login": login, "name": name, "language": language}
    db.session.add(user)
    db.session.flush()
    return user, given


def reset_password(user: User) -> str:
    """A new one-time password; every session of the user ends."""
    given = passwords.one_time_password()
    _set_password(user, given, must_change=True)
    sessions.end(user.id)
    return given


def change_password(user: User, old: str, new: str) -> None:
    """Her own choice. Her other sessions end, and so does this one: she signs in again."""
    if not passwords.matches(old, user.password):
        raise Refusal(_("The present password is not right."), 422)
    if old == new:
        raise Refusal(_("Choose a password other than the present one."), 422)
    passwords.check_new(new, user.details["login"], *user.name.split())
    _set_password(user, new, must_change=False)


def _set_password(user: User, password: str, must_change: bool) -> None:
    user.password = passwords.hash_password(password)
    user.must_change_password = must_change
    user.epoch += 1


def disable(user: User) -> None:
    """Close an account: at the next request of any of her sessions, nobody is there."""
    if user.id == current_user.id:
        raise Refusal(_("You cannot close your own account."))
    user.is_active = False
    user.epoch += 1
    sessions.end(user.id)


def enable(user: User) -> None:
    user.is_active = True


def grants_of(user: User) -> list[models.RoleGrant]:
    """The roles in force."""
    mine = sa.select(models.RoleGrant).where(models.RoleGrant.user_id == user.id)
    now = clock.now()
    return [one for one in db.session.scalars(mine) if one.until is None or one.until > now]


def grant(
    user: User, role: str, site: Site | None = None, since: dt.datetime | None = None
) -> models.RoleGrant:
    """Give a role at a site, or for the whole programme where the role has no site."""
    if role not in ROLES:
        raise Refusal(_("Choose one of the answers."), 422)
    kinds = ROLES[role].kinds
    if (site.kind if site else None) not in (kinds or {None}):
        raise Refusal(_("This role is not held at such a site."), 422)
    if user.id == current_user.id:
        raise Refusal(_("Nobody changes her own roles. Ask another administrator."))
    held = grants_of(user)
    site_id = site.id if site else None
    if any(one.role == role and one.site_id == site_id for one in held):
        raise Refusal(_("This role is held already."), 422)
    _keep_apart({role, *(one.role for one in held)})
    given = models.RoleGrant(
        user_id=user.id, role=role, site_id=site_id, since=since or clock.now()
    )
    db.session.add(given)
    db.session.flush()
    return given


def _keep_apart(roles: set[str]) -> None:
    """Who runs accounts or watches over data opens no file."""
    if any(ROLES[one].apart for one in roles) and any(ROLES[one].compartments for one in roles):
        raise Refusal(_("This role is never held by someone who opens files."))


def withdraw(given: models.RoleGrant) -> None:
    """End a role now. It stays in the records as a former one."""
    if given.user_id == current_user.id:
        raise Refusal(_("Nobody changes her own roles. Ask another administrator."))
    given.until = clock.now()


# ------------------------------------------------------------------ signing in


def sign_in(login: str, password: str, address: str, is_shared: bool = False) -> str:
    """The token of a new session. Refuses with one and the same sentence and in the same time,
    whether the login or the password is wrong. Opens its own transactions."""
    keys = {"login": models.keyed("login", login), "address": models.keyed("address", address)}
    with transaction(write=False):
        wait = _delay(keys)
        user = find_user(login)
        known = (user.id, user.password) if user and user.is_active else (None, _decoy())
    if wait:
        raise Refusal(_("Too many attempts. Wait %(n)s seconds, then try again.", n=wait), 429)
    right = passwords.matches(password, known[1]) and known[0] is not None
    renewed = passwords.hash_password(password) if right and passwords.is_outdated(known[1]) else ""
    with speaking(known[0], None):
        mark = trace("access.sign_in", kind="user", object_id=known[0])
        with transaction():
            token = _admit(known[0], keys, renewed, is_shared) if right else _count_failure(keys)
        mark.done("ok" if right else "refused")
    if token is None:
        raise Refusal(_("The user name or the password is not right."), 422)
    return token


def _admit(user_id: uuid.UUID | None, keys: dict[str, bytes], renewed: str, is_shared: bool) -> str:
    user = db.session.get_one(User, user_id)
    if renewed:
        user.password = renewed
    db.session.execute(sa.delete(models.Attempt).where(models.Attempt.token == keys["login"]))
    db.session.execute(
        sa.delete(models.Attempt).where(models.Attempt.last_at < clock.now() - FORGOTTEN_AFTER)
    )
    sessions.sweep()
    drafts.sweep()
    return sessions.begin(user, is_shared)


def unlock(here: sessions.Presence, password: str, address: str) -> str:
    """Reopen a locked session by its user's password; gives the new token of the cookie."""
    keys = {
        "login": models.keyed("unlock", str(here.user_id)),
        "address": models.keyed("address", address),
    }
    with transaction(write=False):
        wait = _delay(keys)
        kept = db.session.get_one(User, here.user_id).password
    if wait:
        raise Refusal(_("Too many attempts. Wait %(n)s seconds, then try again.", n=wait), 429)
    right = passwords.matches(password, kept)
    with speaking(here.user_id, here.id):
        mark = trace("access.unlock", kind="sign_in", object_id=here.id)
        with transaction():
            token = sessions.reopen(here.id) if right else _count_failure(keys)
        mark.done("ok" if right else "refused")
    if token is None:
        raise Refusal(_("The password is not right."), 422)
    return token


def lock(here: sessions.Presence) -> None:
    """Lock a session at its user's wish. Opens its own transaction."""
    with speaking(here.user_id, here.id):
        mark = trace("access.lock", kind="sign_in", object_id=here.id)
        with transaction():
            sessions.lock(here.id)
        mark.done()


def sign_out(here: sessions.Presence) -> None:
    """End a session for good. Opens its own transaction."""
    with speaking(here.user_id, here.id):
        mark = trace("access.sign_out", kind="sign_in", object_id=here.id)
        with transaction():
            sessions.end(here.user_id, here.id)
        mark.done()


_decoys: dict[str, str] = {}


def _decoy() -> str:
    """A hash of nobody's, so that an unknown login takes as long as a known one."""
    if not _decoys or passwords.is_outdated(_decoys["hash"]):
        _decoys["hash"] = passwords.hash_password(passwords.one_time_password())
    return _decoys["hash"]


def _delay(keys: dict[str, bytes]) -> int:
    """Seconds still to wait for this login and this address."""
    return max(_delay_of(kind, db.session.get(models.Attempt, key)) for kind, key in keys.items())


def _delay_of(kind: str, attempt: Any) -> int:
    free, longest = DELAYS[kind]
    if attempt is None or attempt.failures < free or _is_forgotten(attempt):
        return 0
    pause = min(2 ** min(attempt.failures - free, 20), longest)
    return max(0, pause - int((clock.now() - attempt.last_at).total_seconds()))


def _is_forgotten(attempt: models.Attempt) -> bool:
    return clock.now() - attempt.last_at > FORGOTTEN_AFTER


def _count_failure(keys: dict[str, bytes]) -> None:
    """In one statement for each, so that failures at the same moment are all counted."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    known, now = models.Attempt, clock.now()
    is_old = known.last_at < now - FORGOTTEN_AFTER
    counted = {"failures": sa.case((is_old, 1), else_=known.failures + 1), "last_at": now}
    for key in keys.values():
        first = insert(known).values(token=key, failures=1, last_at=now)
        db.session.execute(first.on_conflict_do_update(index_elements=["token"], set_=counted))
