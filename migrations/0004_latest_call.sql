-- Owners: access (latest_call)

-- The latest calls of each app, for whoever develops against this server: every process hands over what it has answered, once a second.
-- Never a name, a mobile, a token or a secret.
create table latest_call (
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
)/*sqlite: without rowid*/;
