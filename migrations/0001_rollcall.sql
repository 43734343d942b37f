-- Times are unix seconds. Flags are 0 or 1. Every table that grows has corp_no first in its primary key.
-- Each table is written by one folder of src. A single column that another folder writes is listed with that folder:
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
  value text not null -- encrypted where the name ends in "key"
);

-- Which process holds a lease (for the timed work, say), and until when.
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
  roster_version bigint not null, -- optimistic lock: incremented by every roster change; who decides on a read of the roster requires it unchanged
  last_living_no bigint not null,
  last_event_no bigint not null,
  arch_sync_mode smallint not null, -- WeCom page 92345: 1 tags are not synchronised to contacts, 2 contacts are not synchronised to tags, 3 neither
  subscribe_mode smallint not null, -- WeCom page 92318: 1 parents subscribe by scanning a code and filling in a form, 2 they may not
  created_at bigint not null
);

-- An app of a school. Of secrets, tokens and codes only the SHA-256 is stored.
create table app (
  corp_no bigint not null,
  agentid bigint not null,
  kind text not null,
  name text not null,
  grants text not null, -- names of grants, joined by commas
  disabled smallint not null,
  secret_hash text not null,
  token_hash text,
  token_issued_at bigint not null,
  old_token_hash text,
  suite_no bigint, -- null unless the app belongs to a provider's suite
  auth_code_hash text, -- set until the provider redeems the auth_code for a new secret
  auth_code_until bigint,
  created_at bigint not null,
  primary key (corp_no, agentid)
);
create index app_secret on app (corp_no, secret_hash);

-- A provider's suite: a third-party app, or the template of delegated apps, which schools authorise. Each authorisation is a row of app.
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

-- The URL to which an app's events are posted. Token and key are stored in clear text, because every message is signed and encrypted with
-- them.
create table callback (
  corp_no bigint not null,
  agentid bigint not null,
  url text not null,
  token text not null, -- encrypted
  aes_key text not null, -- encrypted
  lease_until bigint not null, -- lease: only the process that set this time delivers events of this callback until then
  created_at bigint not null,
  primary key (corp_no, agentid)
);

-- Events that are posted to callbacks, with the outcome. Rows are deleted after a week.
create table outbox (
  corp_no bigint not null,
  event_no bigint not null,
  agentid bigint not null,
  event text not null,
  from_userid text not null,
  fields text not null, -- JSON: the elements of the event, in their order
  created_at bigint not null,
  state smallint not null, -- 0 waiting, 1 delivered, 2 given up
  attempts smallint not null,
  status bigint, -- HTTP status of the last attempt
  error text,
  tried_at bigint,
  primary key (corp_no, event_no, agentid)
)/*sqlite: without rowid*/;
create index outbox_waiting on outbox (corp_no, agentid, event_no) where state = 0;

-- A department: a class, a grade, a stage, a campus or the school itself.
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

-- The administrators of a department: a class teacher, a subject teacher, the head of a grade and so on.
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

-- Classes that were moved or got a new id. Their students are updated afterwards, in steps: see src/roster/parties/class_moves.ts.
create table class_move (
  corp_no bigint not null,
  party_id bigint not null, -- the id under which the students are members so far
  to_id bigint not null, -- the new id of the class; equals party_id if the class only moved to another parent
  after_student_no bigint not null, -- students up to this number have been updated
  primary key (corp_no, party_id)
);

-- A column *_key is the userid in lower case: userids are compared without case and shown as first stored.
-- renamed: the userid was changed, which WeCom allows once. active: 0 after the student was deleted.
create table student (
  corp_no bigint not null,
  student_no bigint not null,
  student_userid text not null,
  student_key text not null,
  name text not null,
  mobile text,
  partyids text not null, -- ids of the classes, ascending, joined by commas, as the lists answer them
  is_subscribe smallint not null,
  renamed smallint not null,
  active smallint not null,
  primary key (corp_no, student_no),
  unique (corp_no, student_key)
);
create index student_mobile on student (corp_no, mobile);

-- Which students are in a class.
create table member (
  corp_no bigint not null,
  party_id bigint not null,
  student_no bigint not null,
  primary key (corp_no, party_id, student_no)
)/*sqlite: without rowid*/;
create index member_student on member (corp_no, student_no);

-- renamed and active: as for a student.
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

-- A student (parent_no 0), or a parent on behalf of one child. A viewer_no is never reused, so a cursor stays valid for ever.
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

-- One live lesson.
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
  activity text not null, -- JSON: the activity fields with which a living of type 4 (event) was created
  reserve_start bigint not null,
  reserve_living_duration bigint not null,
  state smallint not null, -- 0 reserved, 1 live, 2 ended, 3 expired, 4 cancelled
  start_time bigint,
  end_time bigint,
  era bigint not null, -- optimistic lock: incremented when state, start or end change; ticks are valid for one era
  created_at bigint not null,
  primary key (corp_no, living_no),
  unique (corp_no, livingid)
);
create index living_open on living (corp_no, living_no) where state in (0, 1);
create index living_anchor on living (corp_no, anchor_key, living_no);

-- The parties that the range of a living names. The classes that follow from them are in register_class.
create table living_range (
  corp_no bigint not null,
  living_no bigint not null,
  party_id bigint not null,
  primary key (corp_no, living_no, party_id)
)/*sqlite: without rowid*/;
create index living_range_party on living_range (corp_no, party_id, living_no);

-- The register of one living: versions for cache invalidation, and flags. Its lines are in attendance.
create table register (
  corp_no bigint not null,
  living_no bigint not null,
  ready smallint not null, -- 0 while the register is being created or deleted; the living is invisible then
  version bigint not null, -- incremented when ticks or the set of expected viewers may have changed
  entry_version bigint not null, -- incremented when the entry of a line may have changed
  replay_deleted smallint not null,
  outsiders smallint not null, -- whether the register has lines of outsiders
  primary key (corp_no, living_no)
);

-- The classes in a living's range. They follow the roster until the living ends, and stay fixed from then on.
create table register_class (
  corp_no bigint not null,
  living_no bigint not null,
  party_id bigint not null,
  primary key (corp_no, living_no, party_id)
)/*sqlite: without rowid*/;
create index register_class_party on register_class (corp_no, party_id, living_no);

-- The lines of the registers: one for each viewer of a living. Visitors have negative viewer numbers and are never in range.
create table attendance (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  in_range smallint not null,
  is_subscribe smallint not null,
  excused text, -- the reason, if the viewer is excused; else null
  excused_by text,
  excused_at bigint,
  since bigint not null, -- when the line was created
  watched smallint not null, -- the tick: whether a stay of the viewer overlaps the living
  entry text not null, -- the entry: the JSON text of the line as the lists answer it, without its braces
  primary key (corp_no, living_no, viewer_no)
);
-- The missing viewers. A page of the unwatched list is one range scan of this index, however many viewers have watched.
create index attendance_missing on attendance (corp_no, living_no, viewer_no)
  where in_range = 1 and is_subscribe = 1 and excused is null and watched = 0;

-- One connection of a viewer from enter to leave. The reports of one stay are merged into one row.
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

-- Earlier states of lines that have changed: what a line was until a time. A report with as_of reads them.
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

-- An account for the console. Its name is unique in its school.
create table account (
  corp_no bigint not null,
  account_no bigint not null,
  name text not null,
  name_key text not null,
  role text not null, -- administrator or teacher
  userid text not null, -- the teacher's WeCom userid, by which the teacher's livings and classes are found; '' for none
  password text not null, -- argon2id hash as a PHC string
  disabled smallint not null,
  created_at bigint not null,
  primary key (corp_no, account_no),
  unique (corp_no, name_key)
);
create index account_name on account (name_key);

-- Classes of a teacher in addition to those whose department_admins name the teacher's userid.
create table account_class (
  corp_no bigint not null,
  account_no bigint not null,
  party_id bigint not null,
  primary key (corp_no, account_no, party_id)
)/*sqlite: without rowid*/;

-- A signed-in console browser. Of the session key only the SHA-256 is stored.
create table session (
  corp_no bigint not null,
  key_hash text not null,
  account_no bigint not null,
  created_at bigint not null,
  seen_at bigint not null, -- last use, updated at most every 5 minutes
  primary key (corp_no, key_hash)
);
create index session_account on session (corp_no, account_no);

-- The key that signs the links of one living. A new key invalidates all links made before.
create table living_link (
  corp_no bigint not null,
  living_no bigint not null,
  signing_key text not null, -- encrypted
  play_url text, -- the HLS URL that the page /watch plays
  primary key (corp_no, living_no)
);

-- Links of this viewer that were made before ended_at are invalid.
create table link_end (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  ended_at bigint not null,
  primary key (corp_no, living_no, viewer_no)
);

-- A streaming server that may report for an app. The hook's URL contains a key, of which only the hash is stored.
create table hook (
  corp_no bigint not null,
  hook_no bigint not null,
  agentid bigint not null,
  kind text not null,
  key_hash text not null,
  secret text not null, -- encrypted; of a server that signs its reports, else ''
  url text not null, -- the hook's URL as the server knows it, without the key at its end, for servers whose signature covers the URL
  created_at bigint not null,
  primary key (corp_no, hook_no)
);

-- A viewer's connection to a streaming server. The row is kept for a day after the connection ended, because the server's events may come
-- twice, late and in the wrong order.
create table hook_session (
  corp_no bigint not null,
  hook_no bigint not null,
  session text not null,
  living_no bigint not null,
  student_userid text not null,
  parent_userid text, -- null if the student watches
  stay_id text not null,
  enter_time bigint not null,
  left_at bigint,
  primary key (corp_no, hook_no, session)
);
create index hook_session_living on hook_session (corp_no, living_no);

-- A stream that was unpublished. Its living ends unless the stream comes back in time.
create table hook_stream (
  corp_no bigint not null,
  living_no bigint not null,
  hook_no bigint not null,
  unpublished_at bigint not null,
  primary key (corp_no, living_no)
);

-- Which part of a recording a stay of the replay covers, in seconds from the beginning of the recording.
create table replay_position (
  corp_no bigint not null,
  living_no bigint not null,
  viewer_no bigint not null,
  stay_id text not null,
  media_from bigint not null,
  media_to bigint not null,
  primary key (corp_no, living_no, viewer_no, stay_id)
)/*sqlite: without rowid*/;
