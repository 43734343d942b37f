import type { Call, Routes } from '../call.ts'
import { livingOf } from '../living/living.ts'
import { decided } from '../store/db.ts'
import { unwatchedPage } from './pages.ts'
import { takePresence } from './presence.ts'

export const attendanceRoutes: Pick<Routes, 'getUnwatchStatV2' | 'presence'> = {
  getUnwatchStatV2: async ({ db, pages, pageSize, app, input, now, endGrace }) => {
    const living = await livingOf(db, app, input.livingid, now, endGrace)
    return unwatchedPage(db, pages, living, cursorOf(input), pageSize)
  },
  presence: ({ db, viewers, app, input, now, endGrace }) =>
    decided(async () => takePresence(db, viewers, await livingOf(db, app, input.livingid, now, endGrace), input.stays, now)),
}

/** `next_key`, V1's name, serves where `next_cursor` is absent or empty. */
const cursorOf = ({ next_cursor, next_key }: Call<'getUnwatchStatV2'>['input']) =>
  next_cursor === undefined || next_cursor === '' ? next_key : next_cursor
