import type { Call, Routes } from '../call.ts'
import { decided } from '../store/db.ts'
import { createLiving } from './create.ts'
import { livingInfo, schoolLivingInfo } from './info.ts'
import { endLiving, startLiving } from './life.ts'
import { livingOf } from './living.ts'
import { cancelLiving, deleteReplay, livingsOf, modifyLiving } from './plan.ts'
import type { Living } from './store.ts'

type OfOne = 'start' | 'end' | 'schoolGetLivingInfo' | 'livingGetLivingInfo' | 'livingModify' | 'livingCancel' | 'deleteReplayData'

/** Decides on the living as it stands, and again if somebody changes it meanwhile. */
const onLiving =
  <Name extends OfOne, T>(rule: (call: Call<Name>, living: Living) => Promise<T>) =>
  (call: Call<Name>) =>
    decided(async () => rule(call, await livingOf(call.db, call.app, call.input.livingid, call.now, call.endGrace)))

export const livingRoutes: Pick<Routes, OfOne | 'livingCreate' | 'getUserAllLivingid'> = {
  livingCreate: ({ db, app, input, now }) => createLiving(db, app, input, now),
  getUserAllLivingid: ({ db, pages, app, input }) => livingsOf(db, pages.cursorKey, app, input),
  start: onLiving(({ db, input, now }, living) => startLiving(db, living, input.at, now)),
  end: onLiving(({ db, input, now }, living) => endLiving(db, living, input.at, now)),
  schoolGetLivingInfo: onLiving(({ db, now }, living) => schoolLivingInfo(db, living, now)),
  livingGetLivingInfo: onLiving(({ db, now }, living) => livingInfo(db, living, now)),
  livingModify: onLiving(({ db, input }, living) => modifyLiving(db, living, input)),
  livingCancel: onLiving(({ db, now }, living) => cancelLiving(db, living, now)),
  deleteReplayData: onLiving(({ db, now }, living) => deleteReplay(db, living, now)),
}
