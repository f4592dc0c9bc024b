"""courses: their row, who is enrolled, and what belongs to which."""

from datetime import UTC, datetime

from alembic import op
import sqlalchemy as sa

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

COURSE = {  # of what was there before; the next `sync` names it as course.toml does
    'slug': 'course',
    'title_en': 'Course',
    'title_hu': 'Kurzus',
    'term': '',
    'zone': 'Europe/Budapest',
    'state': 'open',
}
VERSIONS = ('assignment_version', 'quiz_version', 'past_game')
IN_FORCE = {'assignment': 'assignment_version', 'quiz': 'quiz_version'}
FACTS = ('user', *VERSIONS, 'submission', 'upload', 'room', 'held_out_secret', 'final_draw')


def upgrade() -> None:
    op.create_table('course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('title_en', sa.String(length=100), nullable=False),
    sa.Column('title_hu', sa.String(length=100), nullable=False),
    sa.Column('term', sa.String(length=30), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course')),
    sa.UniqueConstraint('slug', name=op.f('uq_course_slug'))
    )
    op.create_table('enrolment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.Column('nickname', sa.String(length=40), nullable=False),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('named_by_course', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_enrolment_course_id_course')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_enrolment_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('course_id', 'nickname', name=op.f('uq_enrolment_course_id_nickname')),
    sa.UniqueConstraint('course_id', 'user_id', name=op.f('uq_enrolment_course_id_user_id'))
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enrolment_user_id'), ['user_id'], unique=False)

    course_id = _course_of_before()
    if course_id is not None:
        _enrol_everybody(course_id)
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_user_nickname'), type_='unique')
        for name in ('role', 'nickname', 'active', 'named_by_course'):
            batch_op.drop_column(name)

    for name in VERSIONS:
        _give_course(name, course_id)
        with op.batch_alter_table(name, schema=None) as batch_op:
            _refer_to_course(batch_op, name)
            batch_op.drop_index(batch_op.f(f'ix_{name}_slug'))
            batch_op.drop_constraint(batch_op.f(f'uq_{name}_slug_digest'), type_='unique')
            columns = ['course_id', 'slug', 'digest']
            batch_op.create_unique_constraint(batch_op.f(f'uq_{name}_course_id_slug_digest'), columns)
    for name in ('upload', 'room'):
        _give_course(name, course_id)
        with op.batch_alter_table(name, schema=None) as batch_op:
            _refer_to_course(batch_op, name)
    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_room_course_id'), ['course_id'], unique=False)
    _upgrade_submission(course_id)
    for name, versions in IN_FORCE.items():
        _remake(name, lambda row: {'course_id': course_id, **row}, _in_force(name, versions, with_course=True))
    _remake('final_draw', lambda row: {'course_id': course_id, **row}, _final_draw(with_course=True))
    _remake(
        'held_out_secret',
        lambda row: {'course_id': course_id, 'secret': row['secret'], 'made_at': row['made_at']},
        _held_out_secret(with_course=True),
    )


def downgrade() -> None:
    courses = op.get_bind().execute(sa.text('SELECT id FROM course')).scalars().all()
    if len(courses) > 1:
        raise RuntimeError('the database has several courses: an older release knows of one only')
    for name, versions in IN_FORCE.items():
        _remake(name, _without_course, _in_force(name, versions, with_course=False))
    _remake('final_draw', _without_course, _final_draw(with_course=False))
    _remake('held_out_secret', lambda row: {'id': 1, **_without_course(row)}, _held_out_secret(with_course=False))
    _downgrade_submission()
    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_room_course_id'))
    for name in ('upload', 'room'):
        with op.batch_alter_table(name, schema=None) as batch_op:
            _forget_course(batch_op, name)
    for name in VERSIONS:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'uq_{name}_course_id_slug_digest'), type_='unique')
            _forget_course(batch_op, name)
            batch_op.create_unique_constraint(batch_op.f(f'uq_{name}_slug_digest'), ['slug', 'digest'])
            batch_op.create_index(batch_op.f(f'ix_{name}_slug'), ['slug'], unique=False)
    _downgrade_user()
    op.drop_table('enrolment')
    op.drop_table('course')


def _course_of_before() -> int | None:
    """The course of what is in the database, or None where there is nothing."""
    connection = op.get_bind()
    asked = (sa.text(f'SELECT EXISTS (SELECT 1 FROM "{name}")') for name in FACTS)
    if not any(connection.execute(one).scalar_one() for one in asked):
        return None
    course = _table('course')
    connection.execute(sa.insert(course).values(**COURSE, created_at=datetime.now(UTC)))
    return connection.execute(sa.select(course.c.id)).scalar_one()


def _enrol_everybody(course_id: int) -> None:
    user, enrolment = _table('user'), _table('enrolment')
    names = ['user_id', 'role', 'nickname', 'active', 'named_by_course', 'created_at']
    columns = [user.c.id, *(user.c[name] for name in names[1:])]
    none = sa.literal([], sa.JSON())
    rows = sa.select(sa.literal(course_id), none, *columns).order_by(user.c.id)
    op.get_bind().execute(sa.insert(enrolment).from_select(['course_id', 'labels', *names], rows))


def _downgrade_user() -> None:
    """Who is in no course is let in no more, under a nickname that nobody has."""
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('role', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('nickname', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('active', sa.Boolean(), nullable=True))
        batch_op.add_column(
            sa.Column('named_by_course', sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    user, enrolment = _table('user'), _table('enrolment')
    connection = op.get_bind()
    names = ('role', 'nickname', 'active', 'named_by_course')
    of_user = {
        name: sa.select(enrolment.c[name]).where(enrolment.c.user_id == user.c.id).scalar_subquery()
        for name in names
    }
    enrolled = sa.exists(sa.select(enrolment.c.id).where(enrolment.c.user_id == user.c.id))
    connection.execute(sa.update(user).where(enrolled).values(of_user))
    unknown = {'role': 'student', 'active': False, 'nickname': sa.literal('#') + sa.cast(user.c.id, sa.String)}
    connection.execute(sa.update(user).where(~enrolled).values(unknown))
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.alter_column('role', existing_type=sa.String(length=12), nullable=False)
        batch_op.alter_column('nickname', existing_type=sa.String(length=40), nullable=False)
        batch_op.alter_column('active', existing_type=sa.Boolean(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f('uq_user_nickname'), ['nickname'])


def _upgrade_submission(course_id: int | None) -> None:
    _give_course('submission', course_id)
    with op.batch_alter_table('submission', schema=None) as batch_op:
        _refer_to_course(batch_op, 'submission')
        batch_op.drop_index('ix_submission_user_id_slug_received_at')
        batch_op.drop_index('ix_submission_slug_received_at')
        batch_op.drop_constraint(batch_op.f('uq_submission_user_id_idempotency_key'), type_='unique')
        batch_op.create_unique_constraint(
            batch_op.f('uq_submission_course_id_user_id_idempotency_key'),
            ['course_id', 'user_id', 'idempotency_key'],
        )
        batch_op.create_index(
            'ix_submission_course_id_user_id_slug_received_at',
            ['course_id', 'user_id', 'slug', 'received_at'],
            unique=False,
        )
        batch_op.create_index(
            'ix_submission_course_id_slug_received_at', ['course_id', 'slug', 'received_at'], unique=False
        )


def _downgrade_submission() -> None:
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_index('ix_submission_course_id_slug_received_at')
        batch_op.drop_index('ix_submission_course_id_user_id_slug_received_at')
        batch_op.drop_constraint(batch_op.f('uq_submission_course_id_user_id_idempotency_key'), type_='unique')
        _forget_course(batch_op, 'submission')
        batch_op.create_unique_constraint(
            batch_op.f('uq_submission_user_id_idempotency_key'), ['user_id', 'idempotency_key']
        )
        batch_op.create_index('ix_submission_slug_received_at', ['slug', 'received_at'], unique=False)
        batch_op.create_index(
            'ix_submission_user_id_slug_received_at', ['user_id', 'slug', 'received_at'], unique=False
        )


def _give_course(name: str, course_id: int | None) -> None:
    with op.batch_alter_table(name, schema=None) as batch_op:
        batch_op.add_column(sa.Column('course_id', sa.Integer(), nullable=True))
    op.get_bind().execute(sa.update(_table(name)).values(course_id=course_id))


def _refer_to_course(batch_op, name: str) -> None:
    batch_op.alter_column('course_id', existing_type=sa.Integer(), nullable=False)
    batch_op.create_foreign_key(batch_op.f(f'fk_{name}_course_id_course'), 'course', ['course_id'], ['id'])


def _forget_course(batch_op, name: str) -> None:
    batch_op.drop_constraint(batch_op.f(f'fk_{name}_course_id_course'), type_='foreignkey')
    batch_op.drop_column('course_id')


def _remake(name: str, changed, parts: list) -> None:
    """The table with another primary key. Nothing refers to it, and it has a few rows only."""
    connection = op.get_bind()
    rows = [dict(row) for row in connection.execute(sa.select(_table(name))).mappings()]
    op.drop_table(name)
    op.create_table(name, *parts)
    if rows:
        connection.execute(sa.insert(_table(name)), [changed(row) for row in rows])


def _without_course(row: dict) -> dict:
    return {name: value for name, value in row.items() if name != 'course_id'}


def _in_force(name: str, versions: str, *, with_course: bool) -> list:
    parts = [
        sa.Column('slug', sa.String(length=64), nullable=False),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['version_id'], [f'{versions}.id'], name=op.f(f'fk_{name}_version_id_{versions}')
        ),
    ]
    if name == 'quiz':
        parts.append(sa.Column('file_digest', sa.String(length=64), nullable=False))
    return _keyed(name, parts, ['slug'], with_course=with_course)


def _final_draw(*, with_course: bool) -> list:
    parts = [
        sa.Column('slug', sa.String(length=64), nullable=False),
        sa.Column('nonce', sa.String(length=32), nullable=False),
        sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    ]
    return _keyed('final_draw', parts, ['slug'], with_course=with_course)


def _held_out_secret(*, with_course: bool) -> list:
    parts = [
        sa.Column('secret', sa.String(length=32), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    ]
    if with_course:
        return _keyed('held_out_secret', parts, [], with_course=True)
    parts.insert(0, sa.Column('id', sa.Integer(), nullable=False))
    return _keyed('held_out_secret', parts, ['id'], with_course=False)


def _keyed(name: str, parts: list, key: list[str], *, with_course: bool) -> list:
    if not with_course:
        return [*parts, sa.PrimaryKeyConstraint(*key, name=op.f(f'pk_{name}'))]
    return [
        sa.Column('course_id', sa.Integer(), autoincrement=False, nullable=False),
        *parts,
        sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f(f'fk_{name}_course_id_course')),
        sa.PrimaryKeyConstraint('course_id', *key, name=op.f(f'pk_{name}')),
    ]


def _table(name: str) -> sa.Table:
    """The table as it is at this moment."""
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)
