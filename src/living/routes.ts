import type { Call, Routes } from '../call.ts'
import { decided } from '../store/db.ts'
import { createLiving } from './create.ts'
import { endLesson, startLesson } from './life.ts'
import { livingOf } from './living.ts'

type Lesson = Call<'start'> | Call<'end'>

const inLesson = (call: Lesson, change: typeof startLesson) =>
  decided(async () => {
    const living = await livingOf(call.db, call.app, call.input.livingid, call.now, call.endGrace)
    return change(call.db, living, call.input.at, call.now)
  })

export const livingRoutes: Pick<Routes, 'livingCreate' | 'start' | 'end'> = {
  livingCreate: ({ db, app, input, now }) => createLiving(db, app, input, now),
  start: (call) => inLesson(call, startLesson),
  end: (call) => inLesson(call, endLesson),
}
