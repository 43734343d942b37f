-- Times are unix seconds, flags 0 or 1. Every table that grows has corp_no first in its key.
-- Each table has one folder of src that writes it, and a column of another's table stands with the folder that moves it:
-- Owners: access (setting, corp, app, suite)
-- Owners: events (corp.last_event_no, callback, outbox)
-- Owners: roster (corp.roster_version, party, party_admin, class_move, student, member, parent, viewer)
-- Owners: living (corp.last_living_no, living)
-- Owners: timed (lease)
-- Owners: hooks (replay_position, living_link, link_end, hook, hook_session, hook_stream)
-- Owners: console (account, account_class, session)
-- Owners: register (living_range, register, register_class, attendance, attendance_past, stay)

create table setting (
  name text primary key,
  value text not null
);

-- Which process does the timed work, and until when.
create table lease (
  name text primary key,
  holder text not null,
  until bigint not null
);

create table corp (
  corp_no bigint primary key,
  corpid text not null unique,
  name text not null,
  legacy smallint not null,
  demo smallint not null,
  roster_version bigint not null, -- moves with every roster change; whoever decides on a read of the roster writes only if it stood still
  last_living_no bigint not null,
  last_event_no bigint not null,
  arch_sync_mode smallint not null, -- 1 no tags to contacts, 2 no contacts to tags, 3 neither
  subscribe_mode smallint not null, -- 1 by scanning and filling in, 2 forbidden
  created_at bigint not null
);

-- Of a secret and of a token only the SHA-256 is here.
create table app (
  corp_no bigint not null,
  agentid bigint not null,
  kind text not null,
  name text not null,
  grants text not null, -- keys joined by commas
  disabled smallint not null,
  secret_hash text not null,
  token_hash text,
  token_issued_at bigint not null,
  old_token_hash text,
  suite_no bigint, -- of an app that came of a suite
  auth_code_hash text, -- waits to be redeemed for a new secret
  auth_code_until bigint,
  created_at bigint not null,
  primary key (corp_no, agentid)
);
create index app_secret on app (corp_no, secret_hash);

-- An app as its provider makes it, before any school takes it: a third-party app, or the template of delegated ones.
create table suite (
  suite_no bigint primary key,
  suite_id text not null unique,
  kind text not null,
  name text not null,
  grants text not null,
  secret_hash text not null,
  token_hash text,
  token_issued_at bigint not null,
  old_token_hash text,
  created_at bigint not null
);

-- Where an app is told of events. Token and key lie here in clear, since every message is signed and enciphered with them.
create table callback (
  corp_no bigint not null,
  agentid bigint not null,
  url text not null,
  token text not null,
  aes_key text not null,
  lease_until bigint not null, -- whoever moved it ahead delivers until then, and nobody else
  created_at bigint not null,
  primary key (corp_no, agentid)
);

-- What an app is to be told, and how it went. Kept for a week.
create table outbox (
  corp_no bigint not null,
  event_no bigint not null,
  agentid bigint not null,
  event text not null,
  from_userid text not null,
  fields text not null, -- JSON: what the event says, in the order it says it
  created_at bigint not null,
  state smallint not null, -- 0 waiting, 1 delivered, 2 given up
  attempts smallint not null,
  status bigint, -- HTTP, of the last attempt
  error text,
  tried_at bigint,
  primary key (corp_no, event_no, agentid)
)/*sqlite: without rowid*/;
create index outbox_waiting on outbox (corp_no, agentid, event_no) where state = 0;

create table party (
  corp_no bigint not null,
  party_id bigint not null,
  parentid bigint not null,
  type smallint not null, -- 1 class, 2 grade, 3 stage, 4 campus, 5 school
  name text not null,
  register_year bigint,
  standard_grade bigint,
  ord bigint,
  primary key (corp_no, party_id)
);
create index party_parent on party (corp_no, parentid);

create table party_admin (
  corp_no bigint not null,
  party_id bigint not null,
  userid_key text not null,
  userid text not null,
  type smallint not null,
  subject text not null,
  primary key (corp_no, party_id, userid_key, type)
);
create index party_admin_user on party_admin (corp_no, userid_key);

-- Classes that were moved or given another id, whose students are updated afterwards in steps: see src/roster/parties/class_moves.ts.
create table class_move (
  corp_no bigint not null,
  party_id bigint not null, -- under which its pupils are members now
  to_id bigint not null, -- and are to be; the same where the class alone was moved
  after_student_no bigint not null, -- up to whom they have followed
  primary key (corp_no, party_id)
);

-- *_key is the userid in lower case: ids compare without case and are shown as first stored.
create table student (
  corp_no bigint not null,
  student_no bigint not null,
  student_userid text not null,
  student_key text not null,
  name text not null,
  mobile text,
  partyids text not null, -- the classes, ascending, joined by commas: as the page prints them
  is_subscribe smallint not null,
  renamed smallint not null,
  active smallint not null,
  primary key (corp_no, student_no),
  unique (corp_no, student_key)
);
create index student_mobile on student (corp_no, mobile);

create table member (
  corp_no bigint not null,
  party_id bigint not null,
  student_no bigint not null,
  primary key (corp_no, party_id, student_no)
)/*sqlite: without rowid*/;
create index member_student on member (corp_no, student_no);

create table parent (
  corp_no bigint not null,
  parent_no bigint not null,
  parent_userid text not null,
  parent_key text not null,
  mobile text not null,
  is_subscribe smallint not null,
  renamed smallint not null,
  active smallint not null,
  primary key (corp_no, parent_no),
  unique (corp_no, parent_key)
);
create index parent_mobile on parent (corp_no, mobile);

-- A student (parent_no 0), or a parent on behalf of one child. A number is never given twice, so that a place in a list is for ever.
create table viewer (
  corp_no bigint not null,
  viewer_no bigint not null,
  student_no bigint not null,
  parent_no bigint not null,
  relation text not null,
  active smallint not null,
  primary key (corp_no, viewer_no),
  unique (corp_no, student_no, parent_no)
);
create index viewer_parent on viewer (corp_no, parent_no);

create table living (
  corp_no bigint not null,
  living_no bigint not null,
  livingid text not null,
  agentid bigint not null,
  anchor_userid text not null,
  anchor_key text not null,
  theme text not null,
  description text not null,
  type smallint not null,
  remind_time bigint not null,
  activity text not null, -- JSON: what an event living (type 4) was created with
  reserve_start bigint not null,
  reserve_living_duration bigint not null,
  state smallint not null, -- 0 reserved, 1 live, 2 ended, 3 expired, 4 cancelled
  start_time bigint,
  end_time bigint,
  era bigint not null, -- moves with state, start and end: ticks are made against one era
  created_at bigint not null,
  primary key (corp_no, living_no),
  unique (corp_no, livingid)
);
create index living_open on living (corp_no, living_no) where state in (0, 1);
create index living_anchor on living (corp_no, anchor_key, living_no);

create table living_range (
  corp_no bigint not null,
  living_no bigint not null,
  party_id bigint not null,
  primary key (corp_no, living_no, party_id)
)/*sqlite: without rowid*/;
create index living_range_party on living_range (corp_no, party_id, living_no);

create table register (
  corp_no bigint not null,
  living_no bigint not null,
  ready smallint not null, -- 0 while it is being opened: then nobody sees the living
  version bigint not null, -- moves when who has watched, or who is expected, may have changed
  entry_version bigint not null, -- moves when the text of a line may have changed
  replay_deleted smallint not null,
  outsiders smallint not null, -- whether it has lines of viewers outside the range
  primary key (corp_no, living_no)
);

-- The classes of a living's range, as they stand until the end.
create table register_class (
  corp_no bigint not null,
  living_no bigint not null,
  party_id bigint not null,
  primary key (corp_no, living_no, party_id)
)/*sqlite: without rowid*/;
create index register_class_party on register_class (corp_no, party_id, living_no);

-- One line for each viewer of one living. Visitors have negative numbers and are never in range.
create table attendance (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  in_range smallint not null,
  is_subscribe smallint not null,
  excused text, -- why, where somebody excused the viewer
  excused_by text,
  excused_at bigint,
  since bigint not null, -- when the line was made
  watched smallint not null, -- the tick
  entry text not null, -- the line as the pages print it, without its braces
  primary key (corp_no, living_no, viewer_no)
);
-- The missing. A page of the unwatched is a range of this index alone, whatever the number of those who watched.
create index attendance_missing on attendance (corp_no, living_no, viewer_no)
  where in_range = 1 and is_subscribe = 1 and excused is null and watched = 0;

create table stay (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  replay smallint not null,
  stay_id text not null,
  enter_time bigint not null,
  leave_time bigint not null,
  is_comment smallint not null,
  source text not null,
  primary key (corp_no, living_no, viewer_no, replay, stay_id)
)/*sqlite: without rowid*/;

-- What a line was until a moment, where it has changed since: for the register as it stood then.
create table attendance_past (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  until bigint not null,
  in_range smallint not null,
  is_subscribe smallint not null,
  excused text,
  primary key (corp_no, living_no, viewer_no, until)
)/*sqlite: without rowid*/;

-- Who signs in to the console. A name is unique in its school; the userid is the one WeCom knows the teacher by.
create table account (
  corp_no bigint not null,
  account_no bigint not null,
  name text not null,
  name_key text not null,
  role text not null, -- administrator or teacher
  userid text not null, -- livings they anchor and classes they hold are found by it; '' for none
  password text not null, -- argon2id as a PHC string
  disabled smallint not null,
  created_at bigint not null,
  primary key (corp_no, account_no),
  unique (corp_no, name_key)
);
create index account_name on account (name_key);

-- Classes a teacher holds beside those whose department_admins name the userid.
create table account_class (
  corp_no bigint not null,
  account_no bigint not null,
  party_id bigint not null,
  primary key (corp_no, account_no, party_id)
)/*sqlite: without rowid*/;

-- Of a session's key only the SHA-256 is here.
create table session (
  corp_no bigint not null,
  key_hash text not null,
  account_no bigint not null,
  created_at bigint not null,
  seen_at bigint not null, -- to some minutes
  primary key (corp_no, key_hash)
);
create index session_account on session (corp_no, account_no);

-- What the links of one living are signed with; a new key kills all of them.
create table living_link (
  corp_no bigint not null,
  living_no bigint not null,
  signing_key text not null,
  play_url text, -- the HLS address that /watch plays
  primary key (corp_no, living_no)
);

-- Links of one viewer that were made before a moment are dead.
create table link_end (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  ended_at bigint not null,
  primary key (corp_no, living_no, viewer_no)
);

-- A streaming server that may report for an app. Its key is in its URL; only the hash is here.
create table hook (
  corp_no bigint not null,
  hook_no bigint not null,
  agentid bigint not null,
  kind text not null,
  key_hash text not null,
  secret text not null, -- of a server that signs what it sends: needed to check it, so kept as it is
  url text not null, -- as the server was told it, where the signature covers it
  created_at bigint not null,
  primary key (corp_no, hook_no)
);

-- A viewer's connection to a streaming server, while it lasts and a day longer, since its events come twice, late and swapped.
create table hook_session (
  corp_no bigint not null,
  hook_no bigint not null,
  session text not null,
  living_no bigint not null,
  student_userid text not null,
  parent_userid text, -- of a parent; else the student watches
  stay_id text not null,
  enter_time bigint not null,
  left_at bigint,
  primary key (corp_no, hook_no, session)
);
create index hook_session_living on hook_session (corp_no, living_no);

-- A stream that broke off; its lesson ends unless it comes back in time.
create table hook_stream (
  corp_no bigint not null,
  living_no bigint not null,
  hook_no bigint not null,
  unpublished_at bigint not null,
  primary key (corp_no, living_no)
);

-- Which part of a recording a stay of its replay has seen, in seconds of the recording.
create table replay_position (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  stay_id text not null,
  media_from bigint not null,
  media_to bigint not null,
  primary key (corp_no, living_no, viewer_no, stay_id)
)/*sqlite: without rowid*/;
