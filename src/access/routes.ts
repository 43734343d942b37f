import type { Routes } from '../call.ts'
import { issueCorpToken, issueSuiteToken, permanentCode, permanentCodeV2 } from './suite_token.ts'
import { issueToken } from './token.ts'

export const accessRoutes: Pick<Routes, 'gettoken' | 'getSuiteToken' | 'getPermanentCode' | 'getPermanentCodeV2' | 'getCorpToken'> = {
  gettoken: ({ db, input, now, demo }) => issueToken(db, input, now, demo),
  getSuiteToken: ({ db, input, now }) => issueSuiteToken(db, input, now),
  getPermanentCode: ({ db, suite, input, now, demo }) => permanentCode(db, suite, input.auth_code, now, demo),
  getPermanentCodeV2: ({ db, suite, input, now }) => permanentCodeV2(db, suite, input.auth_code, now),
  getCorpToken: ({ db, suite, input, now, demo }) => issueCorpToken(db, suite, input, now, demo),
}
