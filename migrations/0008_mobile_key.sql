-- mobile_key: the mobile in the form in which mobiles are compared, while column mobile is shown as it was first written. The rules are
-- those of normalMobile in src/roster/mobiles.ts: spaces, hyphens, dots and brackets are left out, 00 is +, and 11 digits that begin
-- with 1 are a mobile of mainland China (+86).

alter table student add column mobile_key text;
update student set mobile_key = replace(replace(replace(replace(replace(mobile, ' ', ''), '-', ''), '.', ''), '(', ''), ')', '');
update student set mobile_key = '+' || substr(mobile_key, 3) where mobile_key like '00%';
update student set mobile_key = '+86' || mobile_key where mobile_key like '1__________' and ltrim(mobile_key, '0123456789') = '';
update student set mobile_key = '+' || mobile_key where mobile_key like '861__________' and ltrim(mobile_key, '0123456789') = '';
drop index student_mobile;
create index student_mobile on student (corp_no, mobile_key);

alter table parent add column mobile_key text not null default '';
update parent set mobile_key = replace(replace(replace(replace(replace(mobile, ' ', ''), '-', ''), '.', ''), '(', ''), ')', '');
update parent set mobile_key = '+' || substr(mobile_key, 3) where mobile_key like '00%';
update parent set mobile_key = '+86' || mobile_key where mobile_key like '1__________' and ltrim(mobile_key, '0123456789') = '';
update parent set mobile_key = '+' || mobile_key where mobile_key like '861__________' and ltrim(mobile_key, '0123456789') = '';
drop index parent_mobile;
create index parent_mobile on parent (corp_no, mobile_key);
