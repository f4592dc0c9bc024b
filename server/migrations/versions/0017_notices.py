"""notices, what people do not want to hear, and the keys of their calendars."""

from alembic import op
import sqlalchemy as sa

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('read_at', MOMENT, nullable=True),
    sa.Column('mail_state', sa.String(length=8), nullable=False),
    sa.Column('mail_id', sa.String(length=32), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_try_at', MOMENT, nullable=True),
    sa.Column('sent_at', MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_notice_course_id_course')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notice_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('user_id', 'key', name=op.f('uq_notice_user_id_key'))
    )
    op.create_index('ix_notice_user_id_id', 'notice', ['user_id', 'id'], unique=False)
    unread, waiting = sa.text("read_at IS NULL"), sa.text("mail_state = 'waiting'")
    op.create_index(
        'ix_notice_unread', 'notice', ['user_id'], unique=False, sqlite_where=unread, postgresql_where=unread
    )
    op.create_index(
        'ix_notice_waiting', 'notice', ['next_try_at'], unique=False, sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index('ix_notice_mail_id', 'notice', ['mail_id'], unique=False)
    op.create_table('notice_mute',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('how', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notice_mute_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', 'kind', name=op.f('pk_notice_mute'))
    )
    op.create_table('calendar_key',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_calendar_key_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_calendar_key')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_calendar_key_key_hash'))
    )


def downgrade() -> None:
    op.drop_table('calendar_key')
    op.drop_table('notice_mute')
    op.drop_table('notice')
