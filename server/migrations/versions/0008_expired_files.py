"""when the files of a submission were removed, and whose the store is."""

from alembic import op
import sqlalchemy as sa

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.add_column(sa.Column('files_removed_at', sa.DateTime(timezone=True), nullable=True))

    op.create_table('store_owner',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_store_owner'))
    )


def downgrade() -> None:
    op.drop_table('store_owner')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_column('files_removed_at')
