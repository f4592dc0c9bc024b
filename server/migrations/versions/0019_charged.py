"""whether a run costs a try, as its own column
"""

from alembic import op
import sqlalchemy as sa

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('grading', schema=None) as batch_op:
        batch_op.add_column(sa.Column('charged', sa.Boolean(), server_default=sa.true(), nullable=False))
    # What has failed before keeps its try: nobody knows any more what it had seen.
    op.execute("UPDATE grading SET charged = false WHERE verdict IN ('rejected', 'grader_error')")


def downgrade() -> None:
    with op.batch_alter_table('grading', schema=None) as batch_op:
        batch_op.drop_column('charged')
