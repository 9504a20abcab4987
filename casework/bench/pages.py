# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole pages against the least that Flask, the ORM and the vault could do for the same job.

Both sides are asked by Flask's test client over one database. Processor time of the whole process
counts, so the trail's writer thread is on our side of the balance.
"""

import contextvars
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, request
from flask.testing import FlaskClient

from casework import clock
from casework.access import Site, acting_as
from casework.access import actions as access
from casework.db import Base, db, learn_sizes, transaction
from casework.listening import log_session, open_case
from casework.people import register_person
from casework.people.records import ATTENDED
from casework.vault import new_subject, opening

from .sealed_list import FIELDS, SealedRow
from .stopwatch import Ratio, Sizes, medians

LOGIN, COLLEAGUE, PASSWORD = "bench", "intake", "quatre petits poissons bleus"
ON_A_PAGE = 50
FORM_COOKIE = "form-local"
SETTLES = 0.15  # seconds: outcomes that the trail keeps for company are written within these
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
BARE_TABLE = """<!doctype html><title>Rows</title><table>
{% for row in rows %}<tr>{% for word in row %}<td>{{ word }}</td>{% endfor %}</tr>
{% endfor %}</table>"""


@dataclass
class Cell:
    """A listening cell of made-up people: those whom a counsellor follows, with a case and a
    session; those whom her colleague registered, waiting for a case."""

    site: uuid.UUID
    people: list[uuid.UUID] = field(default_factory=list)
    cases: list[uuid.UUID] = field(default_factory=list)
    waiting: list[uuid.UUID] = field(default_factory=list)

    def receive(self, number: int, at_work: bool) -> None:
        """Register so many more people, by the product’s own verbs."""
        login = LOGIN if at_work else COLLEAGUE
        with acting_as(access.find_user(login)), transaction():
            place = db.session.get_one(Site, self.site)
            for turn in range(number):
                self._receive_one(place, turn, at_work)
        db.session.remove()

    def _receive_one(self, place: Site, turn: int, at_work: bool) -> None:
        said = {"given": f"Nour {turn}", "family": "Halabi", "sex": "F", "birth_year": 1990}
        person = register_person(place, said, {"CARE": "yes", "STATS": "yes"})
        if not at_work:
            self.waiting.append(person.id)
            return
        self.people.append(person.id)
        case = open_case(person, first_contact="WALKIN")
        log_session(case, held_on=clock.today(), session_type="FIRST", session_format="PERSON",
                    note="Un premier accueil.")  # fmt: skip
        self.cases.append(case.id)


def measure(sizes: Sizes) -> Iterator[Ratio]:
    """A page of fifty dossiers, opening a case, recording a session."""
    cell = a_cell(sizes)
    ours, intake, bare = Browser(current_app), Browser(current_app), Browser(_floor())
    ours.sign_in(LOGIN)
    intake.sign_in(COLLEAGUE)
    each = sizes.requests
    took = medians(
        sizes.rounds,
        page=lambda: _repeat(each, lambda: ours.read("/dossiers?show=all")),
        squeezed=lambda: _repeat(each, lambda: ours.read("/dossiers?show=all", gzip=True)),
        case=lambda: _repeat(each, lambda: _open_case(intake, cell)),
        session=lambda: _repeat(each, lambda: _record_session(ours, cell)),
        bare_page=lambda: _repeat(each, lambda: bare.read("/rows")),
        bare_post=lambda: _repeat(each, lambda: bare.send("/rows", BARE_FORM)),
    )
    ms = {name: seconds / each * 1000 for name, seconds in took.items()}
    yield _against("a page of 50 dossiers / a bare page of 50 sealed rows", ms, "page", 3)
    yield _against("the same page compressed / the bare page", ms, "squeezed", None)
    yield _against("opening a case / a bare POST of one sealed row", ms, "case", 4)
    yield _against("recording a session with its fact / the bare POST", ms, "session", 4)


def _against(name: str, ms: dict[str, float], ours: str, goal: float | None) -> Ratio:
    floor = ms["bare_post" if ours in ("case", "session") else "bare_page"]
    return Ratio(name, ms[ours] / floor, goal, detail=f"{ms[ours]:.2f} / {floor:.2f} ms")


def _repeat(times: int, ask: Callable[[], None]) -> None:
    for _turn in range(times):
        ask()
    time.sleep(SETTLES)  # so that our last lines of the trail are not paid by the next one


# ------------------------------------------------------------------ our side


class Browser:
    """Asks one application, with nothing around it: as a server would, in a context of its own."""

    def __init__(self, app: Any) -> None:
        self._client: FlaskClient = app.test_client()
        self._token = self._seed = ""

    def read(self, path: str, gzip: bool = False) -> Any:
        headers = {"Accept-Encoding": "gzip"} if gzip else {}
        answer = self._open(path, headers=headers, follow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return answer

    def send(self, path: str, answers: Mapping[str, Any]) -> None:
        headers = {"Sec-Fetch-Site": "same-origin"}
        typed = {**answers, "csrf_token": self._token}
        if self._seed:  # the page after the last form has shown its message, and forgot it
            self._client.set_cookie(FORM_COOKIE, self._seed)
        answer = self._open(path, method="POST", data=typed, headers=headers)
        assert answer.status_code == 303, f"{path}: {answer.status}"

    def sign_in(self, login: str) -> None:
        """Open a session, and keep the token of its forms."""
        self._keep_token("/sign-in")
        self.send("/sign-in", {"login": login, "password": PASSWORD})
        self._keep_token("/dossiers")
        self._seed = self._client.get_cookie(FORM_COOKIE).value

    def _keep_token(self, path: str) -> None:
        found = TOKEN.search(self.read(path).text)
        assert found, f"{path} has no form"
        self._token = found[1]

    def _open(self, path: str, **more: Any) -> Any:
        return contextvars.Context().run(lambda: self._client.open(path, **more))


def _open_case(browser: Browser, cell: Cell) -> None:
    answers = {"opened_on": clock.today().isoformat(), "first_contact": "WALKIN",
               "reason": "Elle demande à être écoutée."}  # fmt: skip
    browser.send(f"/people/{cell.waiting.pop()}/cases/new", answers)


def _record_session(browser: Browser, cell: Cell) -> None:
    case = cell.cases.pop(0)
    cell.cases.append(case)  # in turn, so that no case grows long
    answers = {
        "record": str(uuid.uuid4()), "held_on": clock.today().isoformat(),
        "session_type": "INDIV", "session_format": "PERSON", "minutes": "45",
        "interpreter": "none", "attendance": ATTENDED, "note": "Elle va mieux.",
    }  # fmt: skip
    browser.send(f"/cases/{case}/sessions/new", answers)


def a_cell(sizes: Sizes) -> Cell:
    """A cell with its counsellor, made once in an instance.

    Sixty people or more have a case; for each case that will be opened one more is waiting.
    """
    if "bench-cell" not in current_app.extensions:
        current_app.extensions["bench-cell"] = _new_cell(sizes)
    return current_app.extensions["bench-cell"]


def _new_cell(sizes: Sizes) -> Cell:
    with transaction():
        names = {code: "Oujda" for code in ("fr", "ar", "en")}
        site = access.create_site("OUJ", "cell", names)
        for login in (LOGIN, COLLEAGUE):
            user, _password = access.create_user(login, login.title(), password=PASSWORD)
            access.grant(user, "counsellor", site)
        cell = Cell(site.id)
    cell.receive(max(60, sizes.requests), at_work=True)
    cell.receive(sizes.requests * (sizes.rounds + 1), at_work=False)  # one round is to warm up
    with transaction():
        learn_sizes()  # as an instance does every day
    return cell


# ------------------------------------------------------------------ the floor

BARE_FORM = {name: "Une réponse de trente caractères" for name in FIELDS}


def _floor() -> Flask:
    """Two routes, no user, no policy, no trail, no form, no layout. Durable all the same."""
    floor = Flask("floor")
    for name in ("SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_ENGINE_OPTIONS"):
        floor.config[name] = current_app.config[name]
    db.init_app(floor)
    floor.extensions["vault"] = current_app.extensions["vault"]
    subject = _fill()
    table = floor.jinja_env.from_string(BARE_TABLE)

    @floor.get("/rows")
    def rows() -> str:
        with opening({"story"}):
            found = db.session.scalars(sa.select(SealedRow).limit(ON_A_PAGE)).all()
            return table.render(rows=[_words(row) for row in found])

    @floor.post("/rows")
    def new_row() -> Any:
        words = {name: request.form[name] for name in FIELDS}
        with opening({"story"}), transaction():
            db.session.add(SealedRow(subject_id=subject, story=words))
        return "", 303

    return floor


def _words(row: SealedRow) -> list[Any]:
    story = row.story
    return [row.id, *(getattr(story, name) for name in FIELDS)]


def _fill() -> uuid.UUID:
    """Fifty rows of fifty people; gives a subject to write of."""
    Base.metadata.create_all(db.engine, [SealedRow.__table__])
    with opening({"story"}), transaction():
        for _turn in range(ON_A_PAGE):
            subject = new_subject()
            db.session.add(SealedRow(subject_id=subject, story=BARE_FORM))
    db.session.remove()
    return subject
