import { addHook } from '../../src/hooks/hook.ts'
import { streamWork } from '../../src/hooks/timed.ts'
import { serving } from '../../src/serving.ts'
import type { Database } from '../databases.ts'
import { reserve } from '../livings.ts'
import { makeSchool } from '../world.ts'

const classes = { '3A': { li: ['li_mum'], wu: ['wu_dad'] } }
type Sent = { status: number; text: string }

/**
 * Creates a school with a reserved living, a hook for a streaming server of this kind, and a link for every viewer.
 *
 * @returns `send` posts a report to the hook; `key` is the publish key; `link` returns a viewer's link; `watched` lists who watched and
 * for how many seconds; `settle` runs the timed work that starts and ends livings with their streams, which may be gone for 120 seconds,
 * and lets open sessions grow
 */
export async function streamed(database: Database, kind: string, secret?: string, more: { api?: string } = {}) {
  // a database of its own: the timed work is for all schools of a database, by the clock of one
  const school = await makeSchool({ ...database }, { classes })
  const livingid = await reserve(school, ['3A'])
  const { url } = await addHook(
    school.db,
    school.secrets,
    { corp_no: school.corp_no, agentid: school.app.agentid, kind, base: school.base, ...(secret && { secret }), ...more },
    school.clock.now,
  )
  const { links, publish = '' } = await school.client.ours.links({ livingid, publish: 1 })
  const key = publish.split('?key=')[1] ?? ''
  const link = (who: string) => {
    const [first, second] = who.split('/')
    return (
      links.find((each) => (second === undefined ? each.student_userid === first && !each.parent_userid : each.parent_userid === first))
        ?.link ?? ''
    )
  }
  const send = async (body: string | object, headers: Record<string, string> = {}, to = url): Promise<Sent> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(to, { method: 'POST', body: text, headers })
    return { status: response.status, text: await response.text() }
  }
  const watched = async () => {
    const { stat_info } = await school.client.getWatchStatV2({ livingid })
    return [...stat_info.students, ...stat_info.parents].map(({ student_userid, watch_time }) => [student_userid, watch_time])
  }
  const settle = async () => {
    const served = await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 })
    const work = streamWork(
      served,
      () => school.clock.now,
      120,
      () => {},
    )
    await work(school.clock.now)
    await work.asked()
  }
  return { school, livingid, url, key, link, send, watched, settle }
}
