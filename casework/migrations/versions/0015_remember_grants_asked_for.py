# SPDX-License-Identifier: AGPL-3.0-or-later
"""remember grants asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grant_request",
        sa.Column("venture_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("business_box", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject_key.subject_id"], name=op.f("fk_grant_request_subject_id")
        ),
        sa.ForeignKeyConstraint(
            ["venture_id"], ["venture.id"], name=op.f("fk_grant_request_venture_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_request")),
    )
    with op.batch_alter_table("grant_request", schema=None) as batch_op:
        for column in ("asked_on", "subject_id", "venture_id"):
            batch_op.create_index(batch_op.f(f"ix_grant_request_{column}"), [column], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("grant_request", schema=None) as batch_op:
        for column in ("venture_id", "subject_id", "asked_on"):
            batch_op.drop_index(batch_op.f(f"ix_grant_request_{column}"))

    op.drop_table("grant_request")
