"""indexes: hand-ins of students by day, baselines, runs of a version, runs that were given back
"""

from alembic import op
import sqlalchemy as sa

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

OLD = 'ix_submission_course_id_slug_received_at'
OF_STUDENTS = 'ix_submission_of_students'
BASELINES = 'ix_submission_baselines'
RETURNED = 'ix_grading_returned'
SQLITE_STUDENTS = sa.text('user_id IS NOT NULL AND trial IS 0')
POSTGRESQL_STUDENTS = sa.text('user_id IS NOT NULL AND trial IS false')
HAS_BASELINE = sa.text('baseline IS NOT NULL')
IS_RETURNED = sa.text('return_cause IS NOT NULL')


def upgrade() -> None:
    op.create_index(OF_STUDENTS, 'submission', ['course_id', 'slug', 'received_at'], unique=False,
    sqlite_where=SQLITE_STUDENTS, postgresql_where=POSTGRESQL_STUDENTS)
    op.create_index(BASELINES, 'submission', ['course_id', 'slug'], unique=False,
    sqlite_where=HAS_BASELINE, postgresql_where=HAS_BASELINE)
    op.drop_index(OLD, table_name='submission')
    op.create_index('ix_grading_version_id', 'grading', ['version_id'], unique=False)
    op.create_index(RETURNED, 'grading', ['state'], unique=False,
    sqlite_where=IS_RETURNED, postgresql_where=IS_RETURNED)


def downgrade() -> None:
    op.drop_index(RETURNED, table_name='grading')
    op.drop_index('ix_grading_version_id', table_name='grading')
    op.create_index(OLD, 'submission', ['course_id', 'slug', 'received_at'], unique=False)
    op.drop_index(BASELINES, table_name='submission')
    op.drop_index(OF_STUDENTS, table_name='submission')
