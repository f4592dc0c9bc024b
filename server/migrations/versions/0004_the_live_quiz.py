"""the live quiz."""

from alembic import op
import sqlalchemy as sa

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('quiz_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('toml', sa.Text(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_quiz_version_author_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_version')),
    sa.UniqueConstraint('slug', 'digest', name=op.f('uq_quiz_version_slug_digest'))
    )
    with op.batch_alter_table('quiz_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quiz_version_slug'), ['slug'], unique=False)

    op.create_table('quiz',
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('file_digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['quiz_version.id'], name=op.f('fk_quiz_version_id_quiz_version')),
    sa.PrimaryKeyConstraint('slug', name=op.f('pk_quiz'))
    )
    op.create_table('room',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pin', sa.String(length=6), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('counts', sa.String(length=12), nullable=False),
    sa.Column('game', sa.String(length=12), nullable=False),
    sa.Column('word', sa.Boolean(), nullable=False),
    sa.Column('change', sa.Boolean(), nullable=False),
    sa.Column('stage', sa.String(length=12), nullable=False),
    sa.Column('question', sa.Integer(), nullable=False),
    sa.Column('vote', sa.Integer(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['opened_by'], ['user.id'], name=op.f('fk_room_opened_by_user')),
    sa.ForeignKeyConstraint(['version_id'], ['quiz_version.id'], name=op.f('fk_room_version_id_quiz_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
    sa.UniqueConstraint('pin', name=op.f('uq_room_pin'))
    )
    op.create_table('knock',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('typed', sa.String(length=12), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_knock_room_id_room')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_knock_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knock'))
    )
    with op.batch_alter_table('knock', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_knock_key_hash'), ['key_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_knock_room_id'), ['room_id'], unique=False)

    op.create_table('player',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('nickname', sa.Integer(), nullable=False),
    sa.Column('proof', sa.String(length=12), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kicked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_player_room_id_room')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_player_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_player')),
    sa.UniqueConstraint('room_id', 'nickname', name=op.f('uq_player_room_id_nickname')),
    sa.UniqueConstraint('room_id', 'user_id', name=op.f('uq_player_room_id_user_id'))
    )
    with op.batch_alter_table('player', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_player_user_id'), ['user_id'], unique=False)

    op.create_table('quiz_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=70), nullable=False),
    sa.Column('question', sa.Integer(), nullable=False),
    sa.Column('vote', sa.Integer(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('void', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_quiz_round_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_round')),
    sa.UniqueConstraint('room_id', 'key', name=op.f('uq_quiz_round_room_id_key'))
    )
    op.create_table('room_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verb', sa.String(length=16), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_room_event_by_id_user')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_event_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_event'))
    )
    with op.batch_alter_table('room_event', schema=None) as batch_op:
        batch_op.create_index('ix_room_event_room_id_at', ['room_id', 'at'], unique=False)

    op.create_table('ruling',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user.id'], name=op.f('fk_ruling_by_id_user')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_ruling_room_id_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ruling'))
    )
    with op.batch_alter_table('ruling', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ruling_room_id'), ['room_id'], unique=False)

    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('player_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('thought_s', sa.Double(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('credit', sa.Double(), nullable=False),
    sa.Column('game', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['player_id'], ['player.id'], name=op.f('fk_answer_player_id_player')),
    sa.ForeignKeyConstraint(['round_id'], ['quiz_round.id'], name=op.f('fk_answer_round_id_quiz_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sa.UniqueConstraint('round_id', 'player_id', name=op.f('uq_answer_round_id_player_id'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_player_id'), ['player_id'], unique=False)

    op.create_table('player_device',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('player_id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('signed_in', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['player_id'], ['player.id'], name=op.f('fk_player_device_player_id_player')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_player_device')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_player_device_key_hash'))
    )
    with op.batch_alter_table('player_device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_player_device_player_id'), ['player_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('player_device', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_player_device_player_id'))

    op.drop_table('player_device')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_player_id'))

    op.drop_table('answer')
    with op.batch_alter_table('ruling', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ruling_room_id'))

    op.drop_table('ruling')
    with op.batch_alter_table('room_event', schema=None) as batch_op:
        batch_op.drop_index('ix_room_event_room_id_at')

    op.drop_table('room_event')
    op.drop_table('quiz_round')
    with op.batch_alter_table('player', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_player_user_id'))

    op.drop_table('player')
    with op.batch_alter_table('knock', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_knock_room_id'))
        batch_op.drop_index(batch_op.f('ix_knock_key_hash'))

    op.drop_table('knock')
    op.drop_table('room')
    op.drop_table('quiz')
    with op.batch_alter_table('quiz_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quiz_version_slug'))

    op.drop_table('quiz_version')
