# SPDX-License-Identifier: AGPL-3.0-or-later
"""remember at which stage each enrolment stands

Those there are stand at the first stage since the programme began: nothing better is in clear.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: a table made anew would be copied row by row, which nobody may do here.
    first = sa.Column("stage", sa.String(12), nullable=False, server_default="WELCOME")
    since = sa.Column("stage_since", sa.Date(), nullable=False, server_default="2019-01-01")
    op.add_column("enrolment", first)
    op.add_column("enrolment", since)
    op.create_index("ix_enrolment_stage", "enrolment", ["status", "stage", "stage_since"])


def downgrade() -> None:
    op.drop_index("ix_enrolment_stage", "enrolment")
    op.drop_column("enrolment", "stage_since")
    op.drop_column("enrolment", "stage")
