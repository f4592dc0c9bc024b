"""runs that graders give back, losses by worker, and marks in the queue of reports."""

from alembic import op
import sqlalchemy as sa

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('loss',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grading_id', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=120), nullable=False),
    sa.Column('process', sa.String(length=32), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('counts', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['grading_id'], ['grading.id'], name=op.f('fk_loss_grading_id_grading')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_loss'))
    )
    with op.batch_alter_table('loss', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_loss_grading_id'), ['grading_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_loss_worker'), ['worker'], unique=False)

    op.create_table('report_reading',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_reading'))
    )
    # The defaults are for rows that are there already; new ones say their values themselves.
    with op.batch_alter_table('grading', schema=None) as batch_op:
        batch_op.add_column(sa.Column('returns', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('not_before', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('return_cause', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('return_text', sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column('worker_process', sa.String(length=32), nullable=True))
    with op.batch_alter_table('grading', schema=None) as batch_op:
        batch_op.alter_column('returns', server_default=None)
    with op.batch_alter_table('worker', schema=None) as batch_op:
        batch_op.add_column(sa.Column('process', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('state', sa.String(length=12), nullable=False, server_default='ready'))
        batch_op.add_column(sa.Column('reason', sa.String(length=500), nullable=False, server_default=''))
    with op.batch_alter_table('worker', schema=None) as batch_op:
        batch_op.alter_column('state', server_default=None)
        batch_op.alter_column('reason', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('worker', schema=None) as batch_op:
        batch_op.drop_column('reason')
        batch_op.drop_column('state')
        batch_op.drop_column('process')
    with op.batch_alter_table('grading', schema=None) as batch_op:
        batch_op.drop_column('worker_process')
        batch_op.drop_column('return_text')
        batch_op.drop_column('return_cause')
        batch_op.drop_column('not_before')
        batch_op.drop_column('returns')
    op.drop_table('report_reading')
    with op.batch_alter_table('loss', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_loss_worker'))
        batch_op.drop_index(batch_op.f('ix_loss_grading_id'))

    op.drop_table('loss')
