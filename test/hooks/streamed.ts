import { addHook } from '../../src/hooks/hook.ts'
import { endGoneStreams } from '../../src/hooks/take.ts'
import { serving } from '../../src/serving.ts'
import type { Database } from '../databases.ts'
import { reserve } from '../livings.ts'
import { makeSchool } from '../world.ts'

const classes = { '3A': { li: ['li_mum'], wu: ['wu_dad'] } }
type Sent = { status: number; text: string }

/**
 * Creates a school with a reserved living, a hook for a streaming server of this kind, and a link for every viewer.
 *
 * @returns `send` posts a report to the hook; `link` returns a viewer's link; `watched` lists who watched and for how many seconds;
 * `settle` runs the timed work that ends livings whose stream has been gone for 120 seconds
 */
export async function streamed(database: Database, kind: string, secret?: string) {
  const school = await makeSchool(database, { classes })
  const livingid = await reserve(school, ['3A'])
  const { url } = await addHook(
    school.db,
    school.secrets,
    { corp_no: school.corp_no, agentid: school.app.agentid, kind, base: school.base, ...(secret && { secret }) },
    school.clock.now,
  )
  const { links } = await school.client.ours.links({ livingid })
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
  const settle = async () =>
    endGoneStreams(await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 }), school.clock.now, 120)
  return { school, livingid, url, link, send, watched, settle }
}
