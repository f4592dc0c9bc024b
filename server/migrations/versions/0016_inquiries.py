"""inquiries: a student asks to look at a result again, and what is written about it.
"""

from alembic import op
import sqlalchemy as sa

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UNSETTLED = sa.text("state IN ('open', 'answered')")


def upgrade() -> None:
    op.create_table('inquiry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('opened_at', MOMENT, nullable=False),
    sa.Column('changed_at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_inquiry_course_id_course')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_inquiry_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inquiry'))
    )
    op.create_index('ix_inquiry_course_id_state', 'inquiry', ['course_id', 'state'], unique=False)
    op.create_index('ix_inquiry_user_id', 'inquiry', ['user_id'], unique=False)
    op.create_index(
        'uq_inquiry_unsettled', 'inquiry', ['course_id', 'slug', 'user_id'],
        unique=True, sqlite_where=UNSETTLED, postgresql_where=UNSETTLED,
    )
    op.create_table('inquiry_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inquiry_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_inquiry_message_author_id_user')),
    sa.ForeignKeyConstraint(['inquiry_id'], ['inquiry.id'], name=op.f('fk_inquiry_message_inquiry_id_inquiry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inquiry_message'))
    )
    op.create_index(op.f('ix_inquiry_message_inquiry_id'), 'inquiry_message', ['inquiry_id'], unique=False)


def downgrade() -> None:
    op.drop_table('inquiry_message')
    op.drop_table('inquiry')
