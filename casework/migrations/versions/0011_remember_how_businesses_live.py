# SPDX-License-Identifier: AGPL-3.0-or-later
"""remember how businesses live"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "venture_follow_up",
        sa.Column("venture_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("business_box", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subject_key.subject_id"],
            name=op.f("fk_venture_follow_up_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["venture_id"], ["venture.id"], name=op.f("fk_venture_follow_up_venture_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venture_follow_up")),
    )
    with op.batch_alter_table("venture_follow_up", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_venture_follow_up_subject_id"), ["subject_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_venture_follow_up_venture_id"), ["venture_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("venture_follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venture_follow_up_venture_id"))
        batch_op.drop_index(batch_op.f("ix_venture_follow_up_subject_id"))

    op.drop_table("venture_follow_up")
