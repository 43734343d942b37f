import { addHook } from '../../../src/hooks/hook.ts'
import type { Database } from '../../databases.ts'
import { reserve } from '../../livings.ts'
import { makeSchool } from '../../world.ts'

/** 李雷 is the student li, and his mother's mobile is the first that `makeSchool` gives. */
export const classes = { '3A': { li: ['li_mum'], wu: ['wu_dad'] }, '3B': { han: [] } }

/** The code of the meeting that the description of the living names. */
export const code = '445999969'

/**
 * Creates a school with a living of an hour for class 3A that begins in ten minutes and whose description names the meeting 445-999-969, and
 * with a hook for a meeting product.
 *
 * @returns `send` posts a report to the hook; `watched` lists who watched and for how many seconds, visitors by their nickname; `start` is
 *   the planned start in unix seconds
 */
export async function meetingSchool(database: Database, kind: string, secret: string) {
  const school = await makeSchool(database, { classes })
  const start = school.clock.now + 600
  const livingid = await reserve(school, ['3A'], { living_start: start, description: '腾讯会议 445-999-969，密码 1234' })
  const { url } = await addHook(
    school.db,
    school.secrets,
    { corp_no: school.corp_no, agentid: school.app.agentid, kind, base: school.base, secret },
    school.clock.now,
  )
  const send = async (body: string | undefined, headers: Record<string, string> = {}, to = url) => {
    const response = await fetch(to, { method: body === undefined ? 'GET' : 'POST', headers, ...(body !== undefined && { body }) })
    return { status: response.status, text: await response.text() }
  }
  const watched = async (of = livingid) => {
    const { stat_info } = await school.client.getWatchStatV2({ livingid: of })
    const { students, parents, visitors } = stat_info
    return [
      ...students.map(({ student_userid, watch_time }) => [student_userid, watch_time]),
      ...parents.map(({ parent_userid, student_userid, watch_time }) => [`${parent_userid}/${student_userid}`, watch_time]),
      ...visitors.map(({ nickname, watch_time }) => [nickname, watch_time]),
    ].sort()
  }
  return { school, livingid, url, start, send, watched, [Symbol.asyncDispose]: () => school[Symbol.asyncDispose]() }
}
