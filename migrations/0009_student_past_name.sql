-- The names of students before they were changed: a row says what the name was until a moment, in unix seconds. The report of an ended
-- living shows the names of its end.
-- Owners: roster (student_past_name)

create table student_past_name (
  corp_no bigint not null,
  student_no bigint not null,
  until bigint not null,
  name text not null,
  primary key (corp_no, student_no, until)
)/*sqlite: without rowid*/;
