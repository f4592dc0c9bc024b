"""the history of quizzes."""

from alembic import op
import sqlalchemy as sa

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('past_game',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('played_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('players', sa.Integer(), nullable=False),
    sa.Column('taken_by', sa.Integer(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['taken_by'], ['user.id'], name=op.f('fk_past_game_taken_by_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_past_game')),
    sa.UniqueConstraint('slug', 'digest', name=op.f('uq_past_game_slug_digest'))
    )
    with op.batch_alter_table('past_game', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_past_game_slug'), ['slug'], unique=False)

    op.create_table('past_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('game_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=64), nullable=True),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('answers', sa.Integer(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['game_id'], ['past_game.id'], name=op.f('fk_past_question_game_id_past_game')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_past_question'))
    )
    with op.batch_alter_table('past_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_past_question_game_id'), ['game_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('past_question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_past_question_game_id'))

    op.drop_table('past_question')
    with op.batch_alter_table('past_game', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_past_game_slug'))

    op.drop_table('past_game')
