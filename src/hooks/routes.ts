import type { Routes } from '../call.ts'
import { livingOf } from '../living/living.ts'
import { linksOf } from './links.ts'

export const hookRoutes: Pick<Routes, 'links'> = {
  links: async ({ db, viewers, pages, app, input, now, endGrace }) =>
    linksOf(db, viewers, pages.cursorKey, await livingOf(db, app, input.livingid, now, endGrace), input, now),
}
