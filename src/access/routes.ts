import type { Routes } from '../call.ts'
import { issueToken } from './token.ts'

export const accessRoutes: Pick<Routes, 'gettoken'> = {
  gettoken: ({ db, input, now, demo }) => issueToken(db, input, now, demo),
}
