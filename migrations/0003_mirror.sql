-- Owners: mirror (mirror)

-- A school whose roster and livings another host holds, and this database follows.
create table mirror (
  corp_no bigint not null,
  base text not null, -- of the host
  agentid bigint not null, -- the app that its livings belong to here
  roster_at bigint, -- when the contacts were last read whole
  primary key (corp_no)
);

-- When the lists of another host's living were last written, 0 before the first time; null for a living held here.
alter table living add column mirrored_at bigint;

-- Seconds watched as another host counted them, where it tells no more than those, the first enter and the last leave.
alter table stay add column watch_time bigint;
