"""standings, decisions, extensions and regrades; lateness is stored no more, and which grading counts is.

What a grading told of the private share comes out of its report; the standings themselves follow from all
that, and `hazi-server migrate` computes them afterwards.
"""

from alembic import op
import sqlalchemy as sa

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tokens_per_term', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('token_day', sa.String(length=20), server_default='+1d', nullable=False))
        batch_op.add_column(sa.Column('makeups_per_term', sa.Integer(), server_default='0', nullable=False))
    with op.batch_alter_table('assignment_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('grading_digest', sa.String(length=64), nullable=True))
    _deadlines()
    _regrade()
    _submissions()
    _gradings()
    _decisions()
    _standings()


def downgrade() -> None:
    for name in ('choice', 'standing', 'decision'):
        op.drop_table(name)
    with op.batch_alter_table('grading', schema=None) as batch_op:
        batch_op.drop_index('uq_grading_in_force')
        batch_op.drop_index(batch_op.f('ix_grading_regrade_id'))
        batch_op.drop_constraint(batch_op.f('fk_grading_regrade_id_regrade'), type_='foreignkey')
        for name in ('in_force', 'regrade_id', 'priority', 'seed', 'private_points', 'private_score'):
            batch_op.drop_column(name)
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.add_column(sa.Column('late_by_s', sa.Integer(), server_default='0', nullable=False))
        batch_op.drop_index(batch_op.f('ix_submission_run_of'))
        batch_op.drop_constraint(batch_op.f('fk_submission_run_of_submission'), type_='foreignkey')
        for name in ('content_sha256', 'run_of', 'trial'):
            batch_op.drop_column(name)
    for name in ('regrade', 'token_limit', 'date_edit', 'extension'):
        op.drop_table(name)
    with op.batch_alter_table('assignment_version', schema=None) as batch_op:
        batch_op.drop_column('grading_digest')
    with op.batch_alter_table('course', schema=None) as batch_op:
        for name in ('tokens_per_term', 'token_day', 'makeups_per_term'):
            batch_op.drop_column(name)


def _deadlines() -> None:
    op.create_table('extension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('label', sa.String(length=40), nullable=True),
    sa.Column('due', MOMENT, nullable=False),
    sa.Column('replaces', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('granted_by', sa.Integer(), nullable=True),
    sa.Column('granted_at', MOMENT, nullable=False),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.Column('ended_because', sa.String(length=500), nullable=True),
    *_refers('extension', course_id='course', user_id='user', granted_by='user', ended_by='user'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extension'))
    )
    op.create_index('ix_extension_course_id_slug', 'extension', ['course_id', 'slug'], unique=False)
    op.create_index(op.f('ix_extension_user_id'), 'extension', ['user_id'], unique=False)
    op.create_table('date_edit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    *[sa.Column(name, MOMENT, nullable=True) for name in ('opens', 'due', 'closes', 'reveal')],
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('edited_by', sa.Integer(), nullable=True),
    sa.Column('edited_at', MOMENT, nullable=False),
    *_refers('date_edit', course_id='course', edited_by='user'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_date_edit'))
    )
    op.create_index('ix_date_edit_course_id_slug', 'date_edit', ['course_id', 'slug'], unique=False)
    op.create_table('token_limit',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('set_at', MOMENT, nullable=False),
    *_refers('token_limit', course_id='course', user_id='user'),
    sa.PrimaryKeyConstraint('course_id', 'slug', 'user_id', name=op.f('pk_token_limit'))
    )


def _regrade() -> None:
    op.create_table('regrade',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('started_by', sa.Integer(), nullable=True),
    sa.Column('started_at', MOMENT, nullable=False),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('ended_at', MOMENT, nullable=True),
    *_refers('regrade', course_id='course', version_id='assignment_version', started_by='user', ended_by='user'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regrade'))
    )
    op.create_index('ix_regrade_course_id_slug', 'regrade', ['course_id', 'slug'], unique=False)


def _submissions() -> None:
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_column('late_by_s')
        batch_op.add_column(sa.Column('content_sha256', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('run_of', sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column('trial', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute('UPDATE submission SET run_of = id')
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.alter_column('run_of', existing_type=sa.String(length=36), nullable=False)
        batch_op.create_index(batch_op.f('ix_submission_run_of'), ['run_of'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_submission_run_of_submission'), 'submission', ['run_of'], ['id'])


def _gradings() -> None:
    with op.batch_alter_table('grading', schema=None) as batch_op:
        batch_op.add_column(sa.Column('in_force', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column('regrade_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('priority', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('seed', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('private_points', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('private_score', sa.Double(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_grading_regrade_id_regrade'), 'regrade', ['regrade_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_grading_regrade_id'), ['regrade_id'], unique=False)
    _put_in_force()
    op.create_index(
        'uq_grading_in_force', 'grading', ['submission_id'], unique=True,
        sqlite_where=sa.text('in_force'), postgresql_where=sa.text('in_force'),
    )
    _read_reports()


def _put_in_force() -> None:
    """The one that counted so far: the last, but a final run only where it ended, and not by our fault."""
    op.execute("""
        UPDATE grading SET in_force = false WHERE id NOT IN (
            SELECT max(id) FROM grading
            WHERE NOT final OR (state = 'done' AND verdict <> 'grader_error')
            GROUP BY submission_id
        )
    """)
    op.execute("""
        UPDATE grading SET in_force = true WHERE id IN (
            SELECT max(id) FROM grading GROUP BY submission_id HAVING sum(CASE WHEN in_force THEN 1 ELSE 0 END) = 0
        )
    """)


def _read_reports() -> None:
    grading = sa.table(
        'grading', sa.column('id', sa.Integer), sa.column('report', sa.JSON), sa.column('private_share', sa.JSON),
        sa.column('seed', sa.BigInteger), sa.column('private_points', sa.Double), sa.column('private_score', sa.Double),
    )
    connection = op.get_bind()
    ids = connection.scalars(sa.select(grading.c.id).order_by(grading.c.id)).all()
    for start in range(0, len(ids), 500):
        rows = sa.select(grading.c.id, grading.c.report, grading.c.private_share)
        found = connection.execute(rows.where(grading.c.id.in_(ids[start:start + 500]))).all()
        values = [value for row in found if (value := _read_report(row)) is not None]
        if values:
            connection.execute(
                grading.update().where(grading.c.id == sa.bindparam('row')).values(
                    seed=sa.bindparam('of_seed'),
                    private_points=sa.bindparam('of_points'),
                    private_score=sa.bindparam('of_score'),
                ),
                values,
            )


def _read_report(row: sa.Row) -> dict | None:
    report, private = _table(row.report), _table(row.private_share)
    seed, points, score = report.get('seed'), private.get('points'), private.get('score')
    if seed is None and points is None and score is None:
        return None
    return {'row': row.id, 'of_seed': seed, 'of_points': points, 'of_score': score}


def _table(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def _decisions() -> None:
    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('submission_id', sa.String(length=36), nullable=True),
    sa.Column('old', sa.JSON(), nullable=False),
    sa.Column('new', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', MOMENT, nullable=False),
    *_refers('decision', course_id='course', user_id='user', submission_id='submission', decided_by='user'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    op.create_index('ix_decision_course_id_slug_user_id', 'decision', ['course_id', 'slug', 'user_id'], unique=False)
    op.create_index('ix_decision_course_id_decided_at', 'decision', ['course_id', 'decided_at'], unique=False)


def _standings() -> None:
    op.create_table('standing',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('due', MOMENT, nullable=False),
    sa.Column('extension_id', sa.Integer(), nullable=True),
    *[column for prefix in ('', 'public_') for column in _numbers(prefix)],
    sa.Column('decision_id', sa.Integer(), nullable=True),
    *[sa.Column(name, sa.Integer(), nullable=False) for name in ('hand_ins', 'failures', 'our_faults', 'under_way')],
    sa.Column('latest_id', sa.String(length=36), nullable=True),
    sa.Column('latest_at', MOMENT, nullable=True),
    sa.Column('latest_late_by_s', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    *_refers(
        'standing', course_id='course', user_id='user', extension_id='extension', decision_id='decision',
        submission_id='submission', version_id='assignment_version', public_submission_id='submission',
        public_version_id='assignment_version', latest_id='submission',
    ),
    sa.PrimaryKeyConstraint('course_id', 'slug', 'user_id', name=op.f('pk_standing'))
    )
    op.create_index('ix_standing_user_id', 'standing', ['user_id'], unique=False)
    op.create_index(
        'ix_standing_course_id_slug_public_score', 'standing', ['course_id', 'slug', 'public_score'], unique=False
    )
    op.create_index('ix_standing_course_id_slug_score', 'standing', ['course_id', 'slug', 'score'], unique=False)
    op.create_table('choice',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.String(length=36), nullable=False),
    sa.Column('chosen_at', MOMENT, nullable=False),
    *_refers('choice', course_id='course', user_id='user', submission_id='submission'),
    sa.PrimaryKeyConstraint('course_id', 'slug', 'user_id', name=op.f('pk_choice'))
    )


def _numbers(prefix: str) -> list[sa.Column]:
    return [
        sa.Column(f'{prefix}points', sa.Integer(), nullable=True),
        sa.Column(f'{prefix}earned', sa.Integer(), nullable=True),
        sa.Column(f'{prefix}score', sa.Double(), nullable=True),
        sa.Column(f'{prefix}submission_id', sa.String(length=36), nullable=True),
        sa.Column(f'{prefix}version_id', sa.Integer(), nullable=True),
        sa.Column(f'{prefix}arrival', MOMENT, nullable=True),
        sa.Column(f'{prefix}late_by_s', sa.Integer(), nullable=False),
        sa.Column(f'{prefix}tokens', sa.Integer(), nullable=False),
        sa.Column(f'{prefix}makeup', sa.Boolean(), nullable=False),
    ]


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f'{other}.id'], name=op.f(f'fk_{table}_{name}_{other}'))
        for name, other in columns.items()
    ]
