-- Owners: access (latest_call)

-- The latest calls of each app, which the console shows to developers. Every process writes the calls that it has answered once a second.
-- Names, mobiles, tokens and secrets are never stored here.
create table latest_call (
  corp_no bigint not null,
  agentid bigint not null,
  noted bigint not null, -- unix time in microseconds, made unique and increasing within a process
  process text not null,
  at bigint not null, -- unix seconds
  call text not null,
  method text not null,
  path text not null,
  errcode bigint not null,
  errmsg text not null,
  us bigint not null, -- duration of the call in microseconds
  asked text not null, -- JSON: the fields of the input that name no person, such as livingid and cursor
  primary key (corp_no, agentid, noted, process)
)/*sqlite: without rowid*/;
