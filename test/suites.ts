import { addSuite, authorizeSuite, currentTicket } from '../src/access/suites.ts'
import type { School } from './world.ts'

let made = 0

/**
 * Creates a provider's suite (WeCom's word for the apps that a provider offers to many schools).
 *
 * @returns its secret; `ticket()`, the current suite_ticket; `token()`, a suite_access_token; `scan()`, by which a school's administrator
 * authorises the suite; `redeem()`, which exchanges the resulting auth_code for a permanent code
 */
export async function makeSuite(school: School, kind: 'third-party' | 'delegated' = 'third-party', grants = 'live,school') {
  const suite_id = `ww${school.corpid}${++made}`
  const { suite_secret } = await addSuite(school.db, { suite_id, kind, name: '点名', grants }, school.clock.now)
  const ticket = async () => (await currentTicket(school.db, school.secrets, suite_id, school.clock.now)).suite_ticket
  const credentials = async () => ({ suite_id, suite_secret, suite_ticket: await ticket() })
  const token = async () => (await school.client.getSuiteToken(await credentials())).suite_access_token
  return {
    suite_id,
    suite_secret,
    ticket,
    credentials,
    token,
    scan: (corpid = school.corpid) => authorizeSuite(school.db, { suite_id, corpid }, school.clock.now),
    redeem: async (auth_code: string) => school.client.getPermanentCode({ auth_code }, { suite_access_token: await token() }),
  }
}
