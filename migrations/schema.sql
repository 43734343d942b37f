-- What the migrations add up to on SQLite. Made by "npm run schema"; a test fails where it differs.

CREATE TABLE account (
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

CREATE INDEX account_name on account (name_key);

CREATE TABLE account_class (
  corp_no bigint not null,
  account_no bigint not null,
  party_id bigint not null,
  primary key (corp_no, account_no, party_id)
) without rowid;

CREATE TABLE app (
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

CREATE INDEX app_secret on app (corp_no, secret_hash);

CREATE TABLE attendance (
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

CREATE INDEX attendance_missing on attendance (corp_no, living_no, viewer_no)
  where in_range = 1 and is_subscribe = 1 and excused is null and watched = 0;

CREATE TABLE attendance_past (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  until bigint not null,
  in_range smallint not null,
  is_subscribe smallint not null,
  excused text,
  primary key (corp_no, living_no, viewer_no, until)
) without rowid;

CREATE TABLE callback (
  corp_no bigint not null,
  agentid bigint not null,
  url text not null,
  token text not null,
  aes_key text not null,
  lease_until bigint not null, -- whoever moved it ahead delivers until then, and nobody else
  created_at bigint not null,
  primary key (corp_no, agentid)
);

CREATE TABLE class_move (
  corp_no bigint not null,
  party_id bigint not null, -- under which its pupils are members now
  to_id bigint not null, -- and are to be; the same where the class alone was moved
  after_student_no bigint not null, -- up to whom they have followed
  primary key (corp_no, party_id)
);

CREATE TABLE corp (
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

CREATE TABLE hook (
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

CREATE TABLE hook_session (
  corp_no bigint not null,
  hook_no bigint not null,
  session text not null,
  living_no bigint not null,
  stay_id text not null,
  enter_time bigint not null,
  left_at bigint, viewer_no bigint not null default 0,
  primary key (corp_no, hook_no, session)
);

CREATE INDEX hook_session_living on hook_session (corp_no, living_no);

CREATE TABLE hook_stream (
  corp_no bigint not null,
  living_no bigint not null,
  hook_no bigint not null,
  unpublished_at bigint not null,
  primary key (corp_no, living_no)
);

CREATE TABLE latest_call (
  corp_no bigint not null,
  agentid bigint not null,
  noted bigint not null, -- microseconds, rising within a process
  process text not null,
  at bigint not null, -- unix seconds
  call text not null,
  method text not null,
  path text not null,
  errcode bigint not null,
  errmsg text not null,
  us bigint not null, -- microseconds it took
  asked text not null, -- JSON: which page of what was asked for
  primary key (corp_no, agentid, noted, process)
) without rowid;

CREATE TABLE lease (
  name text primary key,
  holder text not null,
  until bigint not null
);

CREATE TABLE link_end (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  ended_at bigint not null,
  primary key (corp_no, living_no, viewer_no)
);

CREATE TABLE living (
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
  created_at bigint not null, mirrored_at bigint,
  primary key (corp_no, living_no),
  unique (corp_no, livingid)
);

CREATE INDEX living_anchor on living (corp_no, anchor_key, living_no);

CREATE INDEX living_open on living (corp_no, living_no) where state in (0, 1);

CREATE TABLE living_link (
  corp_no bigint not null,
  living_no bigint not null,
  signing_key text not null,
  play_url text, -- the HLS address that /watch plays
  primary key (corp_no, living_no)
);

CREATE TABLE living_range (
  corp_no bigint not null,
  living_no bigint not null,
  party_id bigint not null,
  primary key (corp_no, living_no, party_id)
) without rowid;

CREATE INDEX living_range_party on living_range (corp_no, party_id, living_no);

CREATE TABLE member (
  corp_no bigint not null,
  party_id bigint not null,
  student_no bigint not null,
  primary key (corp_no, party_id, student_no)
) without rowid;

CREATE INDEX member_student on member (corp_no, student_no);

CREATE TABLE migration (no bigint primary key, name text not null);

CREATE TABLE mirror (
  corp_no bigint not null,
  base text not null, -- of the host
  agentid bigint not null, -- the app that its livings belong to here
  roster_at bigint, -- when the contacts were last read whole
  primary key (corp_no)
);

CREATE TABLE outbox (
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
) without rowid;

CREATE INDEX outbox_waiting on outbox (corp_no, agentid, event_no) where state = 0;

CREATE TABLE parent (
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

CREATE INDEX parent_mobile on parent (corp_no, mobile);

CREATE TABLE party (
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

CREATE INDEX party_parent on party (corp_no, parentid);

CREATE TABLE party_admin (
  corp_no bigint not null,
  party_id bigint not null,
  userid_key text not null,
  userid text not null,
  type smallint not null,
  subject text not null,
  primary key (corp_no, party_id, userid_key, type)
);

CREATE INDEX party_admin_user on party_admin (corp_no, userid_key);

CREATE TABLE register (
  corp_no bigint not null,
  living_no bigint not null,
  ready smallint not null, -- 0 while it is being opened: then nobody sees the living
  version bigint not null, -- moves when who has watched, or who is expected, may have changed
  entry_version bigint not null, -- moves when the text of a line may have changed
  replay_deleted smallint not null,
  outsiders smallint not null, -- whether it has lines of viewers outside the range
  primary key (corp_no, living_no)
);

CREATE TABLE register_block (
  corp_no bigint not null,
  living_no bigint not null,
  block bigint not null, -- viewer_no / 256
  version bigint not null,
  primary key (corp_no, living_no, block)
) without rowid;

CREATE TABLE register_class (
  corp_no bigint not null,
  living_no bigint not null,
  party_id bigint not null,
  primary key (corp_no, living_no, party_id)
) without rowid;

CREATE INDEX register_class_party on register_class (corp_no, party_id, living_no);

CREATE TABLE replay_position (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  stay_id text not null,
  media_from bigint not null,
  media_to bigint not null,
  primary key (corp_no, living_no, viewer_no, stay_id)
) without rowid;

CREATE TABLE session (
  corp_no bigint not null,
  key_hash text not null,
  account_no bigint not null,
  created_at bigint not null,
  seen_at bigint not null, -- to some minutes
  primary key (corp_no, key_hash)
);

CREATE INDEX session_account on session (corp_no, account_no);

CREATE TABLE setting (
  name text primary key,
  value text not null
);

CREATE TABLE stay (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  replay smallint not null,
  stay_id text not null,
  enter_time bigint not null,
  leave_time bigint not null,
  is_comment smallint not null,
  source text not null, watch_time bigint,
  primary key (corp_no, living_no, viewer_no, replay, stay_id)
) without rowid;

CREATE TABLE student (
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

CREATE INDEX student_mobile on student (corp_no, mobile);

CREATE TABLE suite (
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

CREATE TABLE viewer (
  corp_no bigint not null,
  viewer_no bigint not null,
  student_no bigint not null,
  parent_no bigint not null,
  relation text not null,
  active smallint not null,
  primary key (corp_no, viewer_no),
  unique (corp_no, student_no, parent_no)
);

CREATE INDEX viewer_parent on viewer (corp_no, parent_no);
