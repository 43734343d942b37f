-- Who ended a living: 'call' (somebody by /end), 'stream' (its stream stayed away), 'clock' (its time was over); null while it has not ended.
alter table living add column ended_by text;
-- When the register was first frozen, in unix seconds; null while it follows the roster.
alter table register add column frozen_at bigint;
-- 1 while the lines of a reopened living are being brought up to the roster, some hundred students a batch.
alter table register add column is_stale smallint not null default 0;
-- What a line was: its entry too, so that a register can be frozen as of an end that is reported later. Null in rows from before.
alter table attendance_past add column entry text;
