"""the replay."""

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('replay_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('question', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('credit', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_replay_answer_room_id_room')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_replay_answer_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replay_answer')),
    sa.UniqueConstraint('room_id', 'user_id', 'attempt', 'question', name=op.f('uq_replay_answer_room_id_user_id_attempt_question'))
    )
    with op.batch_alter_table('replay_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_replay_answer_user_id'), ['user_id'], unique=False)

    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replay_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('replay_cap', sa.Double(), nullable=False, server_default='0.5'))
    with op.batch_alter_table('room', schema=None) as batch_op:  # the default was for rooms of before
        batch_op.alter_column('replay_cap', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.drop_column('replay_cap')
        batch_op.drop_column('replay_until')

    with op.batch_alter_table('replay_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_replay_answer_user_id'))

    op.drop_table('replay_answer')
