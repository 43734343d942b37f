import { sql } from '../store/sql.ts'

export const setSyncMode = (corp_no: number, mode: number) => sql`
  update corp set arch_sync_mode = ${mode} where corp_no = ${corp_no}`

export const subscribeMode = (corp_no: number) => sql`select subscribe_mode from corp where corp_no = ${corp_no}`

export const putSubscribeMode = (corp_no: number, mode: number) => sql`
  update corp set subscribe_mode = ${mode} where corp_no = ${corp_no}`

/** Names a corp that was added under its corpid alone. */
export const nameCorp = (corp_no: number, name: string) => sql`
  update corp set name = ${name} where corp_no = ${corp_no} and name = corpid`

export type AppRow = {
  corp_no: number
  corpid: string
  corp_name: string
  legacy: number
  demo: number
  agentid: number
  kind: string
  name: string
  grants: string
  disabled: number
  secret_hash: string
  token_hash: string | null
  token_issued_at: number
  old_token_hash: string | null
  /** of an app that was made from a suite */
  suite_no: number | null
  auth_code_hash: string | null
  auth_code_until: number | null
}

const columns = sql`c.corp_no, c.corpid, c.name as corp_name, c.legacy, c.demo, a.agentid, a.kind, a.name, a.grants, a.disabled,
    a.secret_hash, a.token_hash, a.token_issued_at, a.old_token_hash, a.suite_no, a.auth_code_hash, a.auth_code_until`

export const corpById = (corpid: string) => sql`
  select corp_no, corpid, name, legacy, demo, roster_version from corp where corpid = ${corpid}`

/** Whether the database holds any corp. */
export const anyCorp = () => sql`select 1 as ok from corp limit 1`

/** The highest corp number. Corps are added by hand; where two commands race, the insert of one fails and is tried again. */
export const highestCorp = () => sql`select coalesce(max(corp_no), 0) as corp_no from corp`

export const insertCorp = (corp: { corp_no: number; corpid: string; name: string; legacy: number; demo: number; now: number }) => sql`
  insert into corp (corp_no, corpid, name, legacy, demo, roster_version, last_living_no, last_event_no, arch_sync_mode, subscribe_mode, created_at)
  values (${corp.corp_no}, ${corp.corpid}, ${corp.name}, ${corp.legacy}, ${corp.demo}, 0, 0, 0, 3, 1, ${corp.now})`

export const insertApp = (app: {
  corp_no: number
  agentid: number
  kind: string
  name: string
  grants: string
  secret_hash: string
  now: number
}) => sql`
  insert into app (corp_no, agentid, kind, name, grants, disabled, secret_hash, token_issued_at, created_at)
  values (${app.corp_no}, ${app.agentid}, ${app.kind}, ${app.name}, ${app.grants}, 0, ${app.secret_hash}, 0, ${app.now})`

export const appsOf = (corp_no: number) => sql`
  select ${columns} from app a join corp c on c.corp_no = a.corp_no where a.corp_no = ${corp_no} order by a.agentid`

export const appByNumber = (corp_no: number, agentid: number) => sql`
  select ${columns} from app a join corp c on c.corp_no = a.corp_no
  where a.corp_no = ${corp_no} and a.agentid = ${agentid}`

export const appBySecret = (corpid: string, secret_hash: string) => sql`
  select ${columns} from corp c join app a on a.corp_no = c.corp_no
  where c.corpid = ${corpid} and a.secret_hash = ${secret_hash}`

export const setGrants = (corp_no: number, agentid: number, grants: string) => sql`
  update app set grants = ${grants} where corp_no = ${corp_no} and agentid = ${agentid}`

/** Disabling an app revokes its tokens, also for when it is enabled again. Where nothing changes, its tokens stay valid. */
export const setDisabled = (corp_no: number, agentid: number, disabled: number) => sql`
  update app set disabled = ${disabled},
    token_hash = case when disabled = ${disabled} then token_hash end,
    old_token_hash = case when disabled = ${disabled} then old_token_hash end
  where corp_no = ${corp_no} and agentid = ${agentid}`

/** Replaces the secret, which revokes the tokens. */
export const setSecret = (corp_no: number, agentid: number, secret_hash: string) => sql`
  update app set secret_hash = ${secret_hash}, token_hash = null, old_token_hash = null
  where corp_no = ${corp_no} and agentid = ${agentid}`

/** Stores a new token's hash. The token before it stays valid until it expires. */
export const setToken = (app: AppRow, token_hash: string, issued_at: number) => sql`
  update app set old_token_hash = token_hash, token_hash = ${token_hash}, token_issued_at = ${issued_at}
  where corp_no = ${app.corp_no} and agentid = ${app.agentid} and secret_hash = ${app.secret_hash} and disabled = 0
    and token_issued_at = ${app.token_issued_at} and coalesce(token_hash, '') = ${app.token_hash ?? ''}`

export const settingValue = (name: string) => sql`select value from setting where name = ${name}`
export const putSetting = (name: string, value: string) => sql`
  insert into setting (name, value) values (${name}, ${value}) on conflict (name) do nothing`

export type SuiteRow = {
  suite_no: number
  suite_id: string
  kind: string
  name: string
  grants: string
  secret_hash: string
  token_hash: string | null
  token_issued_at: number
  old_token_hash: string | null
}

const suiteColumns = sql`suite_no, suite_id, kind, name, grants, secret_hash, token_hash, token_issued_at, old_token_hash`

export const suiteById = (suite_id: string) => sql`select ${suiteColumns} from suite where suite_id = ${suite_id}`
export const suiteByNumber = (suite_no: number) => sql`select ${suiteColumns} from suite where suite_no = ${suite_no}`
export const highestSuite = () => sql`select coalesce(max(suite_no), 0) as suite_no from suite`

export const insertSuite = (suite: {
  suite_no: number
  suite_id: string
  kind: string
  name: string
  grants: string
  secret_hash: string
  now: number
}) => sql`
  insert into suite (suite_no, suite_id, kind, name, grants, secret_hash, token_issued_at, created_at)
  values (${suite.suite_no}, ${suite.suite_id}, ${suite.kind}, ${suite.name}, ${suite.grants}, ${suite.secret_hash}, 0, ${suite.now})`

export const setSuiteToken = (suite: SuiteRow, token_hash: string, issued_at: number) => sql`
  update suite set old_token_hash = token_hash, token_hash = ${token_hash}, token_issued_at = ${issued_at}
  where suite_no = ${suite.suite_no} and secret_hash = ${suite.secret_hash}
    and token_issued_at = ${suite.token_issued_at} and coalesce(token_hash, '') = ${suite.token_hash ?? ''}`

/** Inserts an app made from a suite. It has no secret until its code is redeemed: no secret's hash is empty. */
export const insertSuiteApp = (corp_no: number, agentid: number, suite: SuiteRow, now: number) => sql`
  insert into app (corp_no, agentid, kind, name, grants, disabled, secret_hash, token_issued_at, suite_no, created_at)
  values (${corp_no}, ${agentid}, ${suite.kind}, ${suite.name}, ${suite.grants}, 0, '', 0, ${suite.suite_no}, ${now})`

export const setAuthCode = (corp_no: number, agentid: number, auth_code_hash: string, until: number) => sql`
  update app set auth_code_hash = ${auth_code_hash}, auth_code_until = ${until}
  where corp_no = ${corp_no} and agentid = ${agentid}`

/** Stores the secret of a redeemed code. It revokes the tokens of the secret before. */
export const redeemCode = (app: AppRow, secret_hash: string) => sql`
  update app set secret_hash = ${secret_hash}, token_hash = null, old_token_hash = null, auth_code_hash = null, auth_code_until = null
  where corp_no = ${app.corp_no} and agentid = ${app.agentid} and auth_code_hash = ${app.auth_code_hash}`
