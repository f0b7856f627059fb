"""why events were needed; second factors, locked screens, machines, calls for an officer"""

from alembic import op
import sqlalchemy as sa

revision = '0002'
down_revision = '0001'

INSTANT = sa.DateTime(timezone=True)
METRICS = (
    'entries', 'assisted', 'submitted', 'saved', 'not_submitted', 'online', 'direct', 'post', 'help', 'priority'
)


def upgrade() -> None:
    op.create_table('call',
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.Column('ended_by', sa.String(length=16), nullable=True),
    sa.PrimaryKeyConstraint('unit', 'id', name=op.f('pk_call'))
    )
    op.create_index(op.f('ix_call_unit_ended_at'), 'call', ['unit', 'ended_at'], unique=False)
    op.create_table('device',
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('id', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('created_by', sa.String(length=32), nullable=False),
    sa.Column('revoked_at', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('unit', 'id', name=op.f('pk_device'))
    )
    op.create_index(op.f('ix_device_key_hash'), 'device', ['key_hash'], unique=False)
    op.create_table('recovery_code',
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('account', sa.String(length=16), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('unit', 'account', 'code_hash', name=op.f('pk_recovery_code'))
    )
    op.create_table('chain_base',
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('device', sa.String(length=64), nullable=False),
    sa.Column('epoch', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('unit', 'device', 'epoch', name=op.f('pk_chain_base'))
    )
    op.create_table('retained',
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('before', sa.Date(), nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('unit', name=op.f('pk_retained'))
    )
    op.create_table('retained_day',
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('civil_date', sa.Date(), nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('procedure', sa.String(length=64), nullable=False),
    *(sa.Column(metric, sa.Integer(), nullable=False) for metric in METRICS),
    sa.PrimaryKeyConstraint('unit', 'civil_date', 'field', 'procedure', name=op.f('pk_retained_day'))
    )
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('totp_secret', sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column('totp_step', sa.Integer(), nullable=True))
    op.create_index(op.f('ix_audit_event_unit_at'), 'audit_event', ['unit', 'at'], unique=False)
    # whoever is in signs in again: nobody knows when the password of an old session was given
    op.execute('DELETE FROM login_session')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('proved_at', INSTANT, nullable=False))
        batch_op.add_column(sa.Column('locked_at', INSTANT, nullable=True))
    with op.batch_alter_table('filing_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cause', sa.String(length=4), nullable=True))
        batch_op.add_column(sa.Column('doubtful', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('filing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('doubtful', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('device', sa.String(length=64), nullable=False, server_default=''))
    # in steps of their own: a table that is copied has its last defaults, and old rows need these
    with op.batch_alter_table('filing_event', schema=None) as batch_op:
        batch_op.alter_column('doubtful', server_default=None)
    with op.batch_alter_table('filing', schema=None) as batch_op:
        batch_op.alter_column('doubtful', server_default=None)
        batch_op.alter_column('device', server_default=None)
        batch_op.create_index(batch_op.f('ix_filing_unit_recorded_by_filing_id'), ['unit', 'recorded_by', 'filing_id'], unique=False)
    op.execute(
        'UPDATE filing SET device = (SELECT device FROM filing_event AS event '
        'WHERE event.unit = filing.unit AND event.id = filing.filing_id)'
    )


def downgrade() -> None:
    with op.batch_alter_table('filing', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_filing_unit_recorded_by_filing_id'))
        batch_op.drop_column('device')
        batch_op.drop_column('doubtful')
    with op.batch_alter_table('filing_event', schema=None) as batch_op:
        batch_op.drop_column('doubtful')
        batch_op.drop_column('cause')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_column('locked_at')
        batch_op.drop_column('proved_at')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('totp_step')
        batch_op.drop_column('totp_secret')
    op.drop_index(op.f('ix_audit_event_unit_at'), table_name='audit_event')
    op.drop_table('retained_day')
    op.drop_table('retained')
    op.drop_table('chain_base')
    op.drop_table('recovery_code')
    op.drop_table('device')
    op.drop_table('call')
