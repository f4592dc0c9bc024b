"""graders are known by the process, which nobody else can name.

Who is alive is said anew every few seconds, so the rows are not kept.
"""

from alembic import op
import sqlalchemy as sa

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table('worker')
    op.create_table('worker',
    sa.Column('process', sa.String(length=32), nullable=False),
    *_columns(),
    sa.PrimaryKeyConstraint('process', name=op.f('pk_worker'))
    )
    with op.batch_alter_table('worker', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_worker_last_seen_at'), ['last_seen_at'], unique=False)


def downgrade() -> None:
    op.drop_table('worker')
    op.create_table('worker',
    *_columns(),
    sa.Column('process', sa.String(length=32), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_worker'))
    )


def _columns() -> list[sa.Column]:
    return [
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('queue', sa.String(length=20), nullable=False),
        sa.Column('slots', sa.Integer(), nullable=False),
        sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('versions', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=False),
    ]
