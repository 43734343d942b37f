-- For schools that need more than one PostgreSQL server. Run this file once, by hand, on a Citus coordinator, after the first start of
-- Rollcall has migrated the empty database. Every table that grows is distributed by corp_no; the small shared tables are copied to every
-- node.

select create_reference_table('setting');
select create_reference_table('lease');
select create_reference_table('corp');
select create_reference_table('suite');
select create_reference_table('sign_in_limit');

select create_distributed_table('app', 'corp_no');
select create_distributed_table('callback', 'corp_no', colocate_with => 'app');
select create_distributed_table('outbox', 'corp_no', colocate_with => 'app');
select create_distributed_table('party', 'corp_no', colocate_with => 'app');
select create_distributed_table('party_admin', 'corp_no', colocate_with => 'app');
select create_distributed_table('class_move', 'corp_no', colocate_with => 'app');
select create_distributed_table('student', 'corp_no', colocate_with => 'app');
select create_distributed_table('student_past_name', 'corp_no', colocate_with => 'app');
select create_distributed_table('member', 'corp_no', colocate_with => 'app');
select create_distributed_table('parent', 'corp_no', colocate_with => 'app');
select create_distributed_table('viewer', 'corp_no', colocate_with => 'app');
select create_distributed_table('living', 'corp_no', colocate_with => 'app');
select create_distributed_table('living_range', 'corp_no', colocate_with => 'app');
select create_distributed_table('register', 'corp_no', colocate_with => 'app');
select create_distributed_table('register_block', 'corp_no', colocate_with => 'app');
select create_distributed_table('register_class', 'corp_no', colocate_with => 'app');
select create_distributed_table('attendance', 'corp_no', colocate_with => 'app');
select create_distributed_table('stay', 'corp_no', colocate_with => 'app');
select create_distributed_table('attendance_past', 'corp_no', colocate_with => 'app');
select create_distributed_table('account', 'corp_no', colocate_with => 'app');
select create_distributed_table('account_class', 'corp_no', colocate_with => 'app');
select create_distributed_table('session', 'corp_no', colocate_with => 'app');
select create_distributed_table('sign_in_device', 'corp_no', colocate_with => 'app');
select create_distributed_table('living_link', 'corp_no', colocate_with => 'app');
select create_distributed_table('link_end', 'corp_no', colocate_with => 'app');
select create_distributed_table('hook', 'corp_no', colocate_with => 'app');
select create_distributed_table('hook_session', 'corp_no', colocate_with => 'app');
select create_distributed_table('hook_stream', 'corp_no', colocate_with => 'app');
select create_distributed_table('meeting_binding', 'corp_no', colocate_with => 'app');
select create_distributed_table('meeting_event', 'corp_no', colocate_with => 'app');
select create_distributed_table('polyv_position', 'corp_no', colocate_with => 'app');
select create_distributed_table('replay_position', 'corp_no', colocate_with => 'app');
select create_distributed_table('mirror', 'corp_no', colocate_with => 'app');
select create_distributed_table('identity', 'corp_no', colocate_with => 'app');
select create_distributed_table('file_mapping', 'corp_no', colocate_with => 'app');
select create_distributed_table('latest_call', 'corp_no', colocate_with => 'app');
select create_distributed_table('corp_setting', 'corp_no', colocate_with => 'app');
