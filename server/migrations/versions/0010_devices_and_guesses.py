"""devices that have signed in before, networks of failures, and wrong guesses of rooms."""

from alembic import op
import sqlalchemy as sa

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('known_device',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_known_device_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_device')),
    sa.UniqueConstraint('user_id', 'key_hash', name=op.f('uq_known_device_user_id_key_hash'))
    )
    op.create_table('wrong_guess',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bucket', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wrong_guess'))
    )
    with op.batch_alter_table('wrong_guess', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wrong_guess_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_wrong_guess_bucket'), ['bucket'], unique=False)

    # What was counted for a quarter of an hour is not worth keeping: addresses become networks.
    op.drop_table('login_failure')
    op.create_table('login_failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('neptun', sa.String(length=6), nullable=False),
    sa.Column('network', sa.String(length=45), nullable=False),
    sa.Column('device_hash', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_failure'))
    )
    with op.batch_alter_table('login_failure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_failure_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_login_failure_neptun'), ['neptun'], unique=False)
        batch_op.create_index(batch_op.f('ix_login_failure_network'), ['network'], unique=False)


def downgrade() -> None:
    op.drop_table('login_failure')
    op.create_table('login_failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('neptun', sa.String(length=6), nullable=False),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_failure'))
    )
    with op.batch_alter_table('login_failure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_failure_address'), ['address'], unique=False)
        batch_op.create_index(batch_op.f('ix_login_failure_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_login_failure_neptun'), ['neptun'], unique=False)

    op.drop_table('wrong_guess')
    op.drop_table('known_device')
