# SPDX-License-Identifier: AGPL-3.0-or-later
"""allow one way at a time to a vacancy or an employer"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

GOING = "status NOT IN ('HIRED', 'REFUS', 'WITHDR')"
ALONE = f"{GOING} AND vacancy_id IS NULL"
INDEXES = {
    "uq_application_vacancy": (["person_id", "vacancy_id"], sa.text(GOING)),
    "uq_application_employer": (["person_id", "employer_id"], sa.text(ALONE)),
}


def upgrade() -> None:
    for name, (columns, where) in INDEXES.items():
        op.create_index(
            name, "application", columns, unique=True, sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="application")
