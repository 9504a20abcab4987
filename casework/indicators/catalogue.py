# SPDX-License-Identifier: AGPL-3.0-or-later
"""One entry per indicator. Labels, unit, target and reported value come from `data/indicators.csv`;
an entry adds what is counted and how it is said in plain words."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from casework.codelists import DATA
from casework.i18n import _l, language

SITE, SEX, AGE, MONTH = "site", "sex", "age_band", "month"
REGION, ORGANISATION, TOPIC = "region", "organisation_kind", "event_topic"
SECTOR, FORM, OWNERS = "isic_section", "legal_form", "owner_sex"
GROUP, OCCUPATION, CONTRACT = "population_group", "isco_major", "contract_type"
Measure = Literal[
    "people", "newcomers", "facts", "distinct", "ratio", "sum", "sites", "unrecorded", "quoted"
]
# How the registry says that a reported value is not exact.
QUALIFIERS = {">=": "≥", "approx": "≈"}
# The parts of the programme that indicators answer for, by the first letters of their codes.
FAMILIES = {
    "PSS": _l("Psychosocial support"), "GBV": _l("Violence and trafficking"),
    "REF": _l("Referral"), "HUB": _l("Entrepreneurs and businesses"), "EMP": _l("Employment"),
    "EVT": _l("Events and awareness"), "CAP": _l("Capacity of institutions"),
    "GOV": _l("Policies and plans"), "DQ": _l("Quality of the records"), "CTX": _l("Context"),
}  # fmt: skip


@dataclass(frozen=True)
class Indicator:
    """A figure of the programme: `kinds` of facts, what of them is counted, how it breaks down.

    `only` says which facts of these kinds count: a dimension and its codes. `distinct` counts what
    is no person (organisations, regions, areas) as people are counted: each once in a period.
    `ratio` is the percentage of these that `among` them are of some codes; `sum` adds up amounts,
    which are hundredths; `sites` counts the sites where anything happened. A person counts with
    `at_least` so many facts in the period. What is `unrecorded` has no form that writes its facts
    yet, and is never nought; what is `quoted` is shown as its source says it, and never computed.
    """

    code: str
    kinds: tuple[str, ...]
    measure: Measure
    definition: Any
    by: tuple[str, ...] = (SITE, SEX, AGE)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    among: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at_least: int = 1

    @property
    def family(self) -> Any:
        """The part of the programme it answers for, in words."""
        return FAMILIES[self.code.partition("-")[0]]

    @property
    def is_recorded(self) -> bool:
        """Whether there is a form that writes what it counts."""
        return self.measure != "unrecorded"

    @property
    def is_quoted(self) -> bool:
        return self.measure == "quoted"

    @property
    def label(self) -> str:
        return described(self.code)[f"label_{language()}"]

    @property
    def unit(self) -> str:
        return described(self.code)["unit"]

    @property
    def sdg_target(self) -> str:
        return described(self.code)["sdg_target"]

    @property
    def standard(self) -> str:
        return described(self.code)["standard"]

    @property
    def is_additive(self) -> bool:
        """Whether figures of months add up to that of the year. Distinct people never do."""
        return described(self.code)["period_aggregation"] == "sum"

    @property
    def reported(self) -> tuple[str, int] | None:
        """Qualifier and value as the programme published it, end of 2023; never mixed with ours."""
        row = described(self.code)
        if not row["seed_value"]:
            return None
        return QUALIFIERS.get(row["seed_qualifier"], "="), int(row["seed_value"])


def _events(code: str, kind: str, definition: Any, *by: str) -> Indicator:
    """How many events of a type were held."""
    only = {"event_kind": (kind,)}
    return Indicator(code, ("event_held",), "facts", definition, (SITE, REGION, *by), only)


def _present(code: str, kind: str, definition: Any) -> Indicator:
    """How many people came to events of a type."""
    only = {"event_kind": (kind,)}
    return Indicator(
        code, ("event_present",), "people", definition, (SITE, SEX, AGE, ORGANISATION), only
    )


def _trained(code: str, kind: str, definition: Any) -> Indicator:
    """How many organisations of a kind were trained on migration data."""
    only = {"organisation_kind": (kind,), "event_topic": ("DATA",)}
    return Indicator(code, ("organisation_trained",), "distinct", definition, (SITE,), only)


def _later(code: str, definition: Any, *by: str) -> Indicator:
    """What no form records yet."""
    return Indicator(code, (), "unrecorded", definition, by or (SITE, SEX, AGE))


def _quoted(code: str, definition: Any) -> Indicator:
    return Indicator(code, (), "quoted", definition, ())


def _products(code: str, kind: str, definition: Any, measure: Any = "facts") -> Indicator:
    """How many products of a kind were done."""
    return Indicator(
        code, ("product_done",), measure, definition, (REGION,), {"product_kind": (kind,)}
    )


CATALOGUE = {
    entry.code: entry
    for entry in (
        Indicator(
            "PSS-01", ("pss_session",), "people",
            _l("Each person who came to at least one session or first contact of a listening "
               "cell in the period, counted once whatever the number of visits and sites."),
        ),
        Indicator(
            "PSS-02", ("pss_session",), "newcomers",
            _l("Each person whose first session ever, at any listening cell, falls in the period."),
        ),
        Indicator(
            "PSS-03", ("pss_session",), "facts",
            _l("Each session held: an anonymous contact counts, a missed appointment does not."),
        ),
        Indicator(
            "PSS-04", ("pss_session",), "people",
            _l("Each person who came to two individual sessions or more in the period, counted "
               "once in it."),
            only={"session_type": ("INDIV",)}, at_least=2,
        ),
        _later(
            "PSS-05",
            _l("Of the people whose well-being was asked about twice, two weeks apart or more, "
               "the share who gained ten points of a hundred or more (WHO-5), on the day of the "
               "last answer."),
        ),
        _later(
            "PSS-06",
            _l("Of those who answered without a name, the share satisfied or very satisfied with "
               "the support. Fewer than five answers say nothing."),
            SITE, SEX, GROUP,
        ),
        Indicator(
            "PSS-07", ("pss_session",), "sites",
            _l("Each listening cell with at least one session or first contact held in the "
               "period."),
            (SITE,),
        ),
        _later(
            "GBV-01",
            _l("Each person with a recorded incident of gender-based violence who came to at "
               "least one service in the period, counted once."),
            SITE, SEX, AGE, GROUP,
        ),
        _later(
            "GBV-02",
            _l("Each incident of gender-based violence told with agreement to statistics and not "
               "reported elsewhere before, under one type, on the day of the interview."),
            SITE, SEX, AGE,
        ),
        _later(
            "GBV-03",
            _l("Each person whom a trained colleague presumes to be a victim of trafficking, on "
               "the day a service first accepted her."),
        ),
        _later(
            "GBV-04",
            _l("Each child who is alone or separated from family and was referred to child "
               "protection, counted once on the day of the referral."),
        ),
        _later(
            "REF-01",
            _l("Each referral sent with her documented agreement. An address given by word of "
               "mouth does not count."),
            SITE, SEX, GROUP,
        ),
        _later(
            "REF-02",
            _l("Of the referrals sent in the period and at least thirty days old at its end, the "
               "share whose service was received and confirmed."),
            SITE,
        ),
        _later(
            "REF-03",
            _l("Each person who received a health or mental-health service after a referral, on "
               "the day it was confirmed."),
        ),
        _products(
            "REF-04", "TOOL",
            _l("Each tool for referral to health services, on the day it was validated."),
        ),
        Indicator(
            "REF-05", ("event_held",), "facts",
            _l("Each workshop held that helped to build the health referral tool."),
            (SITE, REGION), {"product_kind": ("TOOL",)},
        ),
        Indicator(
            "HUB-01", ("hub_orientation",), "people",
            _l("Each person who received career guidance at the hub, alone or in a group, at "
               "least once in the period, counted once."),
        ),
        Indicator(
            "HUB-02", ("ae_registration",), "newcomers",
            _l("Each person registered as an auto-entrepreneur for the first time in the period, "
               "by a number or a certificate. A renewal does not count."),
            (SITE, SEX, AGE, SECTOR),
        ),
        Indicator(
            "HUB-03", ("business_support",), "people",
            _l("Each business or named project that got support at least once in the period, "
               "counted once, whoever owns it and whether it trades yet or not."),
            (SITE, SECTOR, FORM, OWNERS),
        ),
        Indicator(
            "HUB-04", ("business_start",), "newcomers",
            _l("Each owner of a business whose first sale, first invoice or opening visit came "
               "after support, counted once. A registration alone is no start."),
            (SITE, SEX, AGE, SECTOR, FORM),
        ),
        Indicator(
            "HUB-05", ("business_anniversary",), "ratio",
            _l("Of the businesses started after support whose first anniversary falls in the "
               "period, the share that the follow-up at 12 months found active. Without news, a "
               "business does not count as active."),
            (SITE, SECTOR, FORM, OWNERS), among={"venture_state": ("ACTIVE",)},
        ),
        Indicator(
            "HUB-06", ("business_jobs",), "sum",
            _l("Paid work in supported businesses as full-time equivalents of 44 hours a week, "
               "owners apart: what follow-ups in the period found, less what was known before. "
               "The first number known of a business is its baseline."),
            (SITE, SECTOR, FORM, OWNERS),
        ),
        Indicator(
            "HUB-07", ("hub_orientation", "business_support"), "sites",
            _l("Each hub where at least one person was guided or one business supported in the "
               "period."),
            (SITE,),
        ),
        Indicator(
            "EMP-01", ("interview_held",), "facts",
            _l("Each job interview held between one person and one employer. A second round is "
               "another interview; one where the person did not come does not count."),
            (SITE, SEX, AGE, GROUP, SECTOR, OCCUPATION),
        ),
        Indicator(
            "EMP-02", ("internship_started",), "people",
            _l("Each person who began an internship of at least one day in the period, counted "
               "once. An internship that is only planned does not count."),
            (SITE, SEX, AGE, GROUP, SECTOR),
        ),
        Indicator(
            "EMP-03", ("hired",), "people",
            _l("Each person hired whose first day of work falls in the period, by a signed "
               "contract or the employer’s confirmation, counted once."),
            (SITE, SEX, AGE, GROUP, CONTRACT, OCCUPATION),
        ),
        _events(
            "EVT-01", "FAIR",
            _l("Each job or social-entrepreneurship fair held, on its first day. One of several "
               "days is one fair."),
        ),
        _events(
            "EVT-02", "EMPLOYER",
            _l("Each workshop held with employers on hiring young migrants."),
        ),
        Indicator(
            "EVT-03", ("organisation_present",), "distinct",
            _l("Each enterprise with at least one person present at a workshop on hiring young "
               "migrants, counted once whatever the number of workshops."),
            (SITE, REGION), {"event_kind": ("EMPLOYER",), "organisation_kind": ("EMP",)},
        ),
        _present(
            "EVT-04", "EMPLOYER",
            _l("Each person present at a workshop on hiring young migrants, counted once by name "
               "and organisation."),
        ),
        _products("EVT-05", "VIDEO", _l("Each awareness video, on the day it was published.")),
        _events(
            "EVT-06", "DIVERSITY",
            _l("Each workshop held on diversity and inclusion at work."),
        ),
        _events(
            "CAP-01", "TRAINING",
            _l("Each training held for one group, on its first day, whatever the number of days."),
            TOPIC,
        ),
        Indicator(
            "CAP-02", ("event_trained",), "people",
            _l("Each person present at 80% of the days of a training or more, counted once on its "
               "last day by name and organisation."),
            (SITE, SEX, AGE, ORGANISATION, TOPIC),
        ),
        _trained(
            "CAP-03", "MIN",
            _l("Each ministry with at least one person trained on migration data, counted once."),
        ),
        _trained(
            "CAP-04", "INST",
            _l("Each public institution other than a ministry with at least one person trained on "
               "migration data, counted once."),
        ),
        _events("CAP-05", "STRATEGY", _l("Each strategy workshop held.")),
        _events(
            "CAP-06", "SYMPOSIUM",
            _l("Each international symposium held, on its first day."),
        ),
        _present(
            "CAP-07", "SYMPOSIUM",
            _l("Each person present at an international symposium, counted once by name and "
               "organisation."),
        ),
        _products(
            "GOV-01", "PLAN",
            _l("Each policy or plan that the programme supported, on the day it was adopted or "
               "validated."),
        ),
        _products(
            "GOV-02", "AREA",
            _l("Each priority area of the strategy in which a concrete action was recorded."),
            "distinct",
        ),
        _products(
            "GOV-03", "STUDY",
            _l("Each mapping or study, on the day its final version was delivered."),
        ),
        Indicator(
            "GOV-04", ("region_active",), "distinct",
            _l("Each region in which at least one event was held, counted once."),
            (REGION,),
        ),
        _later(
            "DQ-01",
            _l("Of the files with a service in the period, the share that hold what the person "
               "agreed to, purpose by purpose."),
            SITE,
        ),
        _later(
            "DQ-02",
            _l("Of the files with a service in the period, the share where sex, age, situation, "
               "nationality and disability are answered. “Prefers not to say” is an answer."),
            SITE,
        ),
        _quoted(
            "CTX-01",
            _l("Moroccans living abroad, as the programme’s published sheet quotes the estimate "
               "at the end of 2023. It is context, and nothing of the programme’s own."),
        ),
        _quoted(
            "CTX-02",
            _l("Countries of the worldwide programme that this one belongs to, as its published "
               "sheet quotes them at the end of 2023."),
        ),
    )
}  # fmt: skip


@cache
def registry() -> Mapping[str, Mapping[str, str]]:
    """Every indicator the programme answers for, by its code, whether it is counted yet or not."""
    with (DATA / "indicators.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}


def described(code: str) -> Mapping[str, str]:
    """The line of the registry for a code. KeyError for one that is not there."""
    return registry()[code]
