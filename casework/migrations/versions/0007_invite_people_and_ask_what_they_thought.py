# SPDX-License-Identifier: AGPL-3.0-or-later
"""invite people to events, and ask them what they thought"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = "0006"
branch_labels = None
depends_on = None

VERSION = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('event_invitation',
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('slip', sa.LargeBinary(), nullable=False),
    sa.Column('guest_box', sa.LargeBinary(), nullable=True),
    sa.Column('site_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('version', VERSION, nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_invitation_event_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_event_invitation_owner_id')),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_event_invitation_site_id')),
    sa.ForeignKeyConstraint(['subject_id'], ['subject_key.subject_id'], name=op.f('fk_event_invitation_subject_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_invitation')),
    sa.UniqueConstraint('slip', name=op.f('uq_event_invitation_slip'))
    )
    with op.batch_alter_table('event_invitation', schema=None) as batch_op:
        for column in ('event_id', 'owner_id', 'site_id', 'subject_id'):
            batch_op.create_index(batch_op.f(f'ix_event_invitation_{column}'), [column], unique=False)

    op.create_table('event_survey',
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('address', sa.LargeBinary(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('was_closed', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version', VERSION, nullable=False),
    sa.Column('card', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_survey_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_survey')),
    sa.UniqueConstraint('address', name=op.f('uq_event_survey_address')),
    sa.UniqueConstraint('event_id', name=op.f('uq_event_survey_event_id'))
    )
    # Without the row numbers of SQLite, which would keep the order of the answers.
    op.create_table('event_opinion',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('survey_id', sa.Uuid(), nullable=False),
    sa.Column('box', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['event_survey.id'], name=op.f('fk_event_opinion_survey_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_opinion')),
    sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_event_opinion_survey_id'), 'event_opinion', ['survey_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_event_opinion_survey_id'), table_name='event_opinion')
    op.drop_table('event_opinion')
    op.drop_table('event_survey')
    op.drop_table('event_invitation')
