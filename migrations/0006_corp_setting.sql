-- Modes that an app sets for its school and reads again. No query depends on them, so they are rows of name and value, not columns of corp.
-- Owners: access (corp_setting)

create table corp_setting (
  corp_no bigint not null,
  name text not null,
  value text not null,
  primary key (corp_no, name)
)/*sqlite: without rowid*/;
insert into corp_setting (corp_no, name, value) select corp_no, 'arch_sync_mode', cast(arch_sync_mode as text) from corp;
insert into corp_setting (corp_no, name, value) select corp_no, 'subscribe_mode', cast(subscribe_mode as text) from corp;
alter table corp drop column arch_sync_mode;
alter table corp drop column subscribe_mode;
