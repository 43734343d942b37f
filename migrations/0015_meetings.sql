-- Presence from meeting products: 腾讯会议, ClassIn, Zoom, and the view log of 保利威.
-- Owners: hooks (meeting_binding, meeting_event, polyv_position)

-- Which livings a meeting is. A meeting that is held again and again is bound to each of its livings.
create table meeting_binding (
  corp_no bigint not null,
  kind text not null, -- of the hook: tencent-meeting, classin, zoom
  meeting text not null, -- the meeting's id or code, without spaces and hyphens
  living_no bigint not null,
  primary key (corp_no, kind, meeting, living_no)
)/*sqlite: without rowid*/;
create index meeting_binding_living on meeting_binding (corp_no, living_no);

-- What happened in a meeting, from which stays are computed again whenever another event comes: events come twice, late and in the wrong
-- order. A row is deleted two days after it came, and with it the name that the product told.
create table meeting_event (
  corp_no bigint not null,
  hook_no bigint not null,
  meeting text not null, -- SHA-256 of what names this meeting
  session text not null, -- SHA-256 of what names the connection of one person; '' for the end of the meeting
  at bigint not null, -- unix seconds, by the product's clock
  happened text not null, -- join, leave or end
  told text not null, -- JSON: of a join the person (identity, name, perhaps userid and mobile) and the meeting, of the end the meeting; else ''
  seen_at bigint not null, -- unix seconds at which the event came
  primary key (corp_no, hook_no, meeting, session, at, happened)
);
create index meeting_event_seen on meeting_event (seen_at);
create index meeting_event_join on meeting_event (at) where happened = 'join';

-- From which moment on the view log of a channel is pulled the next time, for one living.
create table polyv_position (
  corp_no bigint not null,
  living_no bigint not null,
  channel text not null,
  from_ms bigint not null, -- unix milliseconds
  primary key (corp_no, living_no, channel)
)/*sqlite: without rowid*/;

-- For livings whose description names the meeting.
create index living_planned on living (corp_no, agentid, reserve_start);
