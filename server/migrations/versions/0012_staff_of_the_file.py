"""staff that the course's file names, and who made an invitation."""

from alembic import op
import sqlalchemy as sa

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('named_by_course', sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('made_by', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_invitation_made_by_user'), 'user', ['made_by'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_invitation_made_by_user'), type_='foreignkey')
        batch_op.drop_column('made_by')
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_column('named_by_course')
