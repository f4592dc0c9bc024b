"""pictures of quizzes
"""

from alembic import op
import sqlalchemy as sa

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('quiz_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pictures', sa.JSON(), nullable=True))
        batch_op.create_index(batch_op.f('ix_quiz_version_digest'), ['digest'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('quiz_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quiz_version_digest'))
        batch_op.drop_column('pictures')
