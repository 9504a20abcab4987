# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits today, for each role: codes and figures, never a name."""

import sqlalchemy as sa

from casework import clock
from casework.access import Permission, Site, current_user
from casework.db import db
from casework.indicators import CATALOGUE, Period, figure

from . import dossiers

SHOWN = 6


def waiting() -> list[dossiers.Row]:
    """The open dossiers in reach that have been silent longest."""
    if not current_user.may(Permission.DOSSIER_READ):
        return []
    query = dossiers.listed("quiet").limit(SHOWN)
    return dossiers.rows_of(list(db.session.execute(query)))


def recent() -> list[dossiers.Row]:
    """The dossiers in reach that were touched last."""
    if not current_user.may(Permission.DOSSIER_READ):
        return []
    query = dossiers.listed("all", "last", descending=True).limit(SHOWN)
    return dossiers.rows_of(list(db.session.execute(query)))


def month_figures() -> tuple[str, list[tuple[int, str]]]:
    """(where, figures of this month): of one's own sites where one has any, else of all."""
    if not current_user.may(Permission.FIGURES_READ):
        return "", []
    sites = db.session.scalars(sa.select(Site).where(Site.id.in_(current_user.sites))).all()
    period = Period.around(clock.today(), 1)
    codes = {site.code for site in sites} or None
    kinds = {"cell": ("PSS-01", "PSS-03"), "hub": ("HUB-01",)}
    wanted = {code for site in sites for code in kinds[site.kind]} or set(CATALOGUE)
    found = [figure(CATALOGUE[code], period, sites=codes) for code in CATALOGUE if code in wanted]
    where = ", ".join(site.name for site in sites)
    return where, [(one.value, one.indicator.label) for one in found]
