-- What is known of a streaming server, so that a connection whose end it never reported ends at the last evidence of it.

-- `api`: the address of the server's own list of connections; empty where Rollcall does not ask it. `hls_window`: the setting of SRS of
-- this name, seconds; 0 for its default. `run`: which start of the server
-- its latest event came from, for servers that say so. `seen_at`: when the latest event came, unix seconds. `has_signs`: 1 once this run
-- of the server has sent an event of its own accord, whoever watches, so that its silence means that it is gone.
alter table hook add column api text not null default '';
alter table hook add column hls_window bigint not null default 0;
alter table hook add column run text not null default '';
alter table hook add column seen_at bigint not null default 0;
alter table hook add column has_signs bigint not null default 0;

-- `beat_at`: when the server last reported that this connection goes on, unix seconds; 0 where it never did.
alter table hook_session add column beat_at bigint not null default 0;

-- The connection that publishes, as the server names it: the end of another one does not end the stream.
alter table hook_stream add column publisher text not null default '';
-- When it was published, and when that was last repeated, unix seconds; `beat_at` is 0 where the server does not repeat it.
alter table hook_stream add column published_at bigint not null default 0;
alter table hook_stream add column beat_at bigint not null default 0;
