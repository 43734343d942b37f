import type { Routes } from '../call.ts'
import { allowScope, readSubscribeMode, setArchSyncMode, setSubscribeMode } from './modes.ts'
import { issueCorpToken, issueSuiteToken, permanentCode, permanentCodeV2 } from './suite_token.ts'
import { issueToken } from './token.ts'

export const accessRoutes: Pick<
  Routes,
  | 'gettoken'
  | 'getSuiteToken'
  | 'getPermanentCode'
  | 'getPermanentCodeV2'
  | 'getCorpToken'
  | 'agentGetAllowScope'
  | 'setArchSyncMode'
  | 'getSubscribeMode'
  | 'setSubscribeMode'
> = {
  gettoken: ({ db, input, now, demo }) => issueToken(db, input, now, demo),
  getSuiteToken: ({ db, input, now }) => issueSuiteToken(db, input, now),
  getPermanentCode: ({ db, suite, input, now, demo }) => permanentCode(db, suite, input.auth_code, now, demo),
  getPermanentCodeV2: ({ db, suite, input, now }) => permanentCodeV2(db, suite, input.auth_code, now),
  getCorpToken: ({ db, suite, input, now, demo }) => issueCorpToken(db, suite, input, now, demo),
  agentGetAllowScope: async ({ app, input }) => allowScope(app, input.agentid),
  setArchSyncMode: ({ db, app, input }) => setArchSyncMode(db, app.corp_no, input.arch_sync_mode),
  getSubscribeMode: ({ db, app }) => readSubscribeMode(db, app.corp_no),
  setSubscribeMode: ({ db, app, input }) => setSubscribeMode(db, app.corp_no, input.subscribe_mode),
}
