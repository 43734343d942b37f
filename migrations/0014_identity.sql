-- Who the people are whom a source outside names, such as a meeting product or an attendance file: by an account, an e-mail address or a
-- name. A row is written when somebody cannot be identified, who then is a visitor, and when a person says who it is.
-- Owners: identity (identity)

create table identity (
  corp_no bigint not null,
  visitor_no bigint not null, -- the viewer number, below zero, under which the identity watches until it is matched
  source text not null,
  identity text not null, -- stable within the source: a userid, an e-mail address, else the name
  name text not null,
  class_name text not null, -- as the source names the class; '' where it names none
  viewer_nos text, -- who it is: viewer numbers, ascending, joined by commas; '' for nobody of the school; null while nobody has said
  former_viewer_nos text, -- null once every register says so; until then the viewers whose stays may have to be moved, joined by commas
  seen_at bigint not null, -- when it was last reported or matched: retention deletes rows that have not been seen for as long as livings are kept
  primary key (corp_no, visitor_no)
);
create index identity_unfinished on identity (corp_no, visitor_no) where former_viewer_nos is not null;

-- The registers in which a visitor has a line.
create index attendance_visitor on attendance (corp_no, viewer_no, living_no) where viewer_no < 0;

-- Students by name, for sources that know nothing else of a person.
create index student_name on student (corp_no, lower(name));

-- Which columns of an attendance file are what, where somebody of the school has said so: remembered for the row of headers.
-- Owners: attendance_file (file_mapping)
create table file_mapping (
  corp_no bigint not null,
  header_hash text not null, -- SHA-256 of the headers, without punctuation and in lower case
  mapping text not null, -- such as name=姓名,enter=进入时间
  mapped_at bigint not null,
  primary key (corp_no, header_hash)
)/*sqlite: without rowid*/;
