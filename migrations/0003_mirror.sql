-- Owners: mirror (mirror)

-- A school whose roster and livings are copied from another host, such as WeCom, by "rollcall mirror".
create table mirror (
  corp_no bigint not null,
  base text not null, -- the base URL of that host
  agentid bigint not null, -- the app of this database to which the copied livings belong
  roster_at bigint, -- when the contacts were last read completely
  primary key (corp_no)
);

-- For a mirrored living: when its lists were last written, 0 before the first time. Null for a living of this server's own.
alter table living add column mirrored_at bigint;

-- For a mirrored stay: the seconds watched as the other host counted them, because that host answers only these, the first enter and the
-- last leave. Else null.
alter table stay add column watch_time bigint;
