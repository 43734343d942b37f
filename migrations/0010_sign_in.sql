-- Sign-in to the console: the limits of wrong passwords, and the browsers that are known for an account.
-- Owners: console (sign_in_limit, sign_in_device)

-- A rate limit as GCRA (generic cell rate algorithm): each attempt moves full_at on by the seconds in which one attempt comes back. A row
-- whose full_at is over says nothing, and is deleted.
create table sign_in_limit (
  key_hash text primary key, -- SHA-256 of what is limited: an account, a name that is no account, a known device or an address
  full_at bigint not null -- unix seconds at which all attempts are back
);

-- A browser that has signed in to an account. Of the key in its cookie only the SHA-256 is stored.
create table sign_in_device (
  corp_no bigint not null,
  account_no bigint not null,
  key_hash text not null,
  signed_in_at bigint not null, -- the latest sign-in
  primary key (corp_no, account_no, key_hash)
)/*sqlite: without rowid*/;
