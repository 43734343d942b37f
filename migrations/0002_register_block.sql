-- Owners: register (register_block)

-- A block is the unit of cache invalidation: the lines of 256 consecutive viewer numbers of one register. A process caches the serialised
-- entries of a block's missing viewers until the block's version changes. That version is the register's version at which a line of the
-- block last changed.
create table register_block (
  corp_no bigint not null,
  living_no bigint not null,
  block bigint not null, -- viewer_no / 256
  version bigint not null,
  primary key (corp_no, living_no, block)
)/*sqlite: without rowid*/;

insert into register_block (corp_no, living_no, block, version)
select distinct a.corp_no, a.living_no, a.viewer_no / 256, g.version
from attendance a
join register g on g.corp_no = a.corp_no and g.living_no = a.living_no
where a.viewer_no > 0;
