# SPDX-License-Identifier: AGPL-3.0-or-later
"""Incremental = rebuilt = recounted in plain Python, whatever happened in whatever order."""

import datetime as dt
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.codelists import codelist
from casework.db import transaction
from casework.facts import FactKind, Question, count, cube, ledger, rebuild, retract, verify
from casework.facts.kinds import DIMENSIONS, pack_dims
from casework.facts.questions import parts

KINDS = (FactKind("law_a", number=60010), FactKind("law_b", number=60011))
START = dt.date(2022, 11, 20)
DIMS = ("sex", "age_band", "session_type")
SPARSE = {"deadline": None, "suppress_health_check": list(HealthCheck)}

days = st.integers(0, 120).map(lambda number: START + dt.timedelta(days=number))


@st.composite
def happenings(draw):
    return {
        "kind": draw(st.sampled_from(KINDS)),
        "day": draw(days),
        "site": draw(st.sampled_from((1, 2, 300))),
        "ordinal": draw(st.integers(0, 6)),
        "dims": draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "sex": st.sampled_from(("F", "M")),
                    "age_band": st.sampled_from(("18_24", "60_99")),
                    "session_type": st.sampled_from(("FIRST", "INDIV")),
                },
            )
        ),
        "consent": draw(st.sampled_from((True, True, False))),
        "amount": draw(st.sampled_from((1, 1, 700, -3, 2**40))),
    }


def filters():
    named = {
        "sex": st.sets(st.sampled_from(("F", "M", Question.NOT_STATED))),
        "session_type": st.sets(st.sampled_from(("FIRST", "INDIV"))),
    }
    named["site"] = st.sets(st.sampled_from((1, 2, 300)))
    return st.fixed_dictionaries({}, optional=named)


@st.composite
def questions(draw):
    first, last = sorted((draw(days), draw(days)))
    if draw(st.booleans()):
        first = first.replace(day=1)
    measure = draw(st.sampled_from(("people", "newcomers", "facts", "sum")))
    attributed = measure in ("people", "newcomers") and draw(st.booleans())
    dims = ("site", *DIMS, *(("month",) if attributed else ()))
    return Question(
        tuple(draw(st.sets(st.sampled_from(KINDS), min_size=1))),
        first,
        last,
        measure=measure,
        attributed=attributed,
        at_least=draw(st.sampled_from((1, 1, 2))),
        split=draw(st.sampled_from((None, "month", "quarter", "half", "year"))),
        by=tuple(draw(st.lists(st.sampled_from(dims), unique=True, max_size=3))),
        where=draw(filters()),
        only=draw(filters()),
    )


# ---------------------------------------------------------------- the recount, in plain Python


def number(fact, name):
    code = fact["dims"].get(name)
    return codelist(name).number(code) if code else 0


def order(fact):
    dims = pack_dims(fact["dims"])
    consent = fact["consent"]
    return (fact["day"], fact["kind"].number, fact["site"], dims, consent, fact["amount"])


def raw(fact, name):
    if name == "month":
        return f"{fact['day']:%Y-%m}"
    return fact["site"] if name == "site" else fact["dims"].get(name, Question.NOT_STATED)


def stated(fact, name):
    kept = name in ("site", "month") or fact["consent"]
    return raw(fact, name) if kept else Question.NOT_STATED


def recount(facts, asked, first, last):
    """(value, cells) of one period, word by word as the rules say it."""
    of_kind = [
        fact
        for fact in facts
        if fact["kind"] in asked.kinds
        and all(raw(fact, name) in codes for name, codes in asked.only.items())
    ]
    sites = asked.where.get("site")
    scope = [
        fact
        for fact in of_kind
        if first <= fact["day"] <= last and (sites is None or fact["site"] in sites)
    ]
    where = {name: codes for name, codes in asked.where.items() if name != "site"}
    cells = {}
    if asked.measure in ("facts", "sum"):
        value = 0
        for fact in scope:
            if all(stated(fact, name) in codes for name, codes in where.items()):
                amount = 1 if asked.measure == "facts" else fact["amount"]
                value += amount
                key = tuple(stated(fact, name) for name in asked.by)
                cells[key] = cells.get(key, 0) + amount
        return value, {key: n for key, n in cells.items() if n}
    value = 0
    for person in {fact["ordinal"] for fact in scope} - {0}:
        hers = sorted((fact for fact in scope if fact["ordinal"] == person), key=order)
        earlier = any(f["ordinal"] == person and f["day"] < first for f in of_kind)
        if (asked.measure == "newcomers" and earlier) or len(hers) < asked.at_least:
            continue
        if not all(stated(hers[0], name) in codes for name, codes in where.items()):
            continue
        value += 1
        sites_seen = {hers[0]["site"]} if asked.attributed else {fact["site"] for fact in hers}
        for site in sites_seen if "site" in asked.by else {None}:
            key = tuple(site if n == "site" else stated(hers[0], n) for n in asked.by)
            cells[key] = cells.get(key, 0) + 1
    return value, cells


def expected(facts, asked):
    value, cells = recount(facts, asked, asked.first, asked.last)
    if not asked.split:
        return value, cells if asked.by else {}, {}
    inside, totals = {}, {}
    for name, first, last in parts(asked.first, asked.last, asked.split):
        totals[name], found = recount(facts, asked, first, last)
        if asked.by:
            inside |= {(name, *key): n for key, n in found.items()}
        elif totals[name]:
            inside[name,] = totals[name]
    return value, inside, totals


def check(facts, asked):
    answer = count(asked)
    assert (answer.value, answer.cells, answer.totals) == expected(facts, asked), asked


# ---------------------------------------------------------------- any history


steps = st.one_of(
    st.tuples(st.just("happen"), st.lists(happenings(), min_size=1, max_size=12)),
    st.tuples(st.just("take back"), st.lists(st.integers(0, 1000), max_size=4)),
    st.tuples(st.just("correct"), st.tuples(st.integers(0, 1000), happenings())),
    st.tuples(st.just("ask"), questions()),
    st.tuples(st.just("save"), st.none()),
    st.tuples(st.just("rebuild"), st.none()),
    st.tuples(st.just("another process"), st.none()),
    st.tuples(st.just("roll back"), happenings()),
)


class History:
    """The ledger, and beside it what a child would write down."""

    def __init__(self):
        self.facts = {}

    def happen(self, found):
        packed = [
            ledger.packed(
                fact["kind"], fact["day"], fact["site"], fact["ordinal"], fact["dims"],
                consent=fact["consent"], source=uuid.uuid4(), amount=fact["amount"],
            )
            for fact in found
        ]  # fmt: skip
        self.facts |= dict(zip(ledger.record_many(packed), found, strict=True))

    def take_back(self, places):
        ids = list(self.facts)
        gone = {ids[place % len(ids)] for place in places} if ids else set()
        retract(gone)
        for fact in gone:
            del self.facts[fact]


def roll_back(fact):
    try:
        with transaction():
            History().happen([fact])
            count(Question(KINDS, START, START))
            raise InterruptedError
    except InterruptedError:
        pass


def save():
    cube.asked(lambda mine: None)
    cube.cube().save()


def change(history, step, detail):
    with transaction():
        if step == "happen":
            history.happen(detail)
        elif step == "take back":
            history.take_back(detail)
        else:
            history.take_back([detail[0]])
            history.happen([detail[1]])


def run(history, step, detail, app):
    others = {
        "ask": lambda: check(list(history.facts.values()), detail),
        "save": save,
        "rebuild": rebuild,
        "another process": lambda: app.extensions.pop("facts_cube", None),
        "roll back": lambda: roll_back(detail),
    }
    others.get(step, lambda: change(history, step, detail))()


def empty(app):
    """The ledger of a new instance, without making one per example."""
    with transaction():
        for model in (ledger.Fact, ledger.FactSegment):
            cube.db.session.execute(cube.sa.delete(model))
    app.extensions.pop("facts_cube", None)


@settings(max_examples=60, **SPARSE)
@given(st.lists(steps, max_size=14), st.lists(questions(), min_size=3, max_size=8))
def test_whatever_happened_the_cube_is_what_a_recount_says(app, history_of, last_questions):
    empty(app)
    history = History()
    for step, detail in history_of:
        run(history, step, detail, app)
    for asked in last_questions:
        check(list(history.facts.values()), asked)
    assert verify().ok
    rebuild()
    for asked in last_questions:
        check(list(history.facts.values()), asked)


@settings(max_examples=40, **SPARSE)
@given(st.lists(happenings(), max_size=60), st.lists(questions(), min_size=5, max_size=20))
def test_many_questions_to_one_history(app, found, asked):
    empty(app)
    history = History()
    with transaction():
        history.happen(found)
    for question in asked:
        check(found, question)


def test_the_dimensions_of_a_fact_keep_their_places_for_ever():
    assert DIMENSIONS[:14] == (
        "sex", "age_band", "population_group", "nationality_group", "disability",
        "new_returning", "session_type", "session_format", "language", "legal_form",
        "orientation_format", "pathway", "orientation_topic", "first_contact",
    )  # fmt: skip
    assert all(max(codelist(n).number(c) for c in codelist(n).codes) < 255 for n in DIMENSIONS)


@settings(max_examples=40, **SPARSE)
@given(st.lists(happenings(), max_size=30), questions())
def test_cells_of_people_attributed_add_up_to_the_value(app, found, asked):
    empty(app)
    with transaction():
        for one in found:
            happen_once(one)
    if asked.attributed and asked.by and not asked.split:
        answer = count(asked)
        assert sum(answer.cells.values()) == answer.value


def happen_once(fact):
    ledger.record(
        fact["kind"], fact["day"], fact["site"], fact["ordinal"], fact["dims"],
        consent=fact["consent"], source=uuid.uuid4(), amount=fact["amount"],
    )  # fmt: skip


def test_what_has_a_site_of_its_own_is_not_attributed():
    for measure in ("facts", "sum"):
        with pytest.raises(ValueError, match="only people"):
            Question(KINDS, START, START, measure=measure, attributed=True)
    with pytest.raises(ValueError, match="no such dimension"):
        Question(KINDS, START, START, by=("month",))
