-- Secrets that must be readable again are encrypted with a key outside the database: columns hook.secret, callback.token,
-- callback.aes_key, living_link.signing_key, and those rows of setting whose name ends in "key". SQL cannot encrypt. Therefore the row
-- "clear_secrets" marks a database from before, and the next command that opens it encrypts them: src/store/seal_all.ts.
insert into setting (name, value)
select 'clear_secrets', '1'
where exists (select 1 from setting) or exists (select 1 from hook) or exists (select 1 from callback) or exists (select 1 from living_link);

-- A hook's URL is stored without its key, of which key_hash is enough. A key has 43 characters and is the end of the URL.
update hook set url = substr(url, 1, length(url) - 43) where url like '%key=___________________________________________';
