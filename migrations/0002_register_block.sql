-- Owners: register (register_block)

-- Lines of a register that lie together, 256 viewer numbers each. A process keeps the missing of a block as bytes while its version stands
-- still; it is the register's version at which a line of the block last changed.
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
