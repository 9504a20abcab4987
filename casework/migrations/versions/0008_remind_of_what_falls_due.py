# SPDX-License-Identifier: AGPL-3.0-or-later
"""remind of what falls due"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reminder',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('about_id', sa.Uuid(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('identity_box', sa.LargeBinary(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('site_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_reminder_owner_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reminder_person_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_reminder_site_id')),
    sa.ForeignKeyConstraint(['subject_id'], ['subject_key.subject_id'], name=op.f('fk_reminder_subject_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('about_id', 'site_id', 'owner_id', name=op.f('uq_reminder_about_id_site_id_owner_id'))
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        for column in ('due_on', 'owner_id', 'person_id', 'site_id', 'subject_id'):
            batch_op.create_index(batch_op.f(f'ix_reminder_{column}'), [column], unique=False)


def downgrade() -> None:
    op.drop_table('reminder')
