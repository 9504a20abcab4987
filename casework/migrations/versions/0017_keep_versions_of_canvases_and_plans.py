# SPDX-License-Identifier: AGPL-3.0-or-later
"""keep versions of canvases and plans"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("canvas_version", "plan_version")


def upgrade() -> None:
    for table in TABLES:
        op.create_table(
            table,
            sa.Column("venture_id", sa.Uuid(), nullable=False),
            sa.Column("author_id", sa.Uuid(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
            sa.Column("business_box", sa.LargeBinary(), nullable=True),
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("subject_id", sa.Uuid(), nullable=False),
            sa.Column(
                "version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
            ),
            sa.ForeignKeyConstraint(
                ["subject_id"], ["subject_key.subject_id"], name=op.f(f"fk_{table}_subject_id")
            ),
            sa.ForeignKeyConstraint(
                ["venture_id"], ["venture.id"], name=op.f(f"fk_{table}_venture_id")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(
                "venture_id", "number", name=op.f(f"uq_{table}_venture_id_number")
            ),
        )
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in ("subject_id", "venture_id"):
                batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in ("venture_id", "subject_id"):
                batch_op.drop_index(batch_op.f(f"ix_{table}_{column}"))
        op.drop_table(table)
