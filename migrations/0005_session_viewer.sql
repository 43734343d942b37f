-- A session of a hook names its viewer by viewer_no, as the stay does, so that both can be written in one batch without a look-up.

alter table hook_session add column viewer_no bigint not null default 0;
update hook_session set viewer_no = coalesce((
  select v.viewer_no from viewer v
  join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
  left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
  where v.corp_no = hook_session.corp_no
    and s.student_key = lower(hook_session.student_userid)
    and coalesce(p.parent_key, '') = coalesce(lower(hook_session.parent_userid), '')
), 0);
-- sessions whose viewer no longer exists: the streaming server's next event begins a new session
delete from hook_session where viewer_no = 0;
alter table hook_session drop column student_userid;
alter table hook_session drop column parent_userid;
