import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { rotateSecret } from '../../src/access/apps.ts'
import { type Client, type ClientOptions, createClient } from '../../src/client/client.ts'
import { makeServer } from '../../src/http/server.ts'
import { mirror } from '../../src/mirror/mirror.ts'
import type { MirrorRequest } from '../../src/mirror/request.ts'
import { serving } from '../../src/serving.ts'
import type { Db } from '../../src/store/db.ts'
import { openDb } from '../../src/store/open.ts'
import { openSecrets } from '../../src/store/seal_all.ts'
import type { Database } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'

const classes = {
  '3A': { li: ['li_mum', 'li_dad'], wu: ['wu_mum'], he: ['he_mum'], silent: ['silent_mum'] },
  '3B': { bo: ['he_mum'], xi: [] },
  '4A': { guest: ['guest_dad'] },
}
const silent = ['silent', 'silent_mum', 'li_dad']

/**
 * Creates the far school with a running living that was watched in several ways: twice, before the start, without a subscription, by an
 * outsider, and by two visitors with the same nickname.
 */
export async function farSchool(database: Database, { pageSize = 3, at = 1_800_000_000 } = {}) {
  const far = await makeSchool(database, { classes, silent, pageSize })
  far.clock.now = at
  const living = await far.startLiving(['3A', '3B'])
  const watch = (who: string, enter: number, leave: number, more: object = {}) =>
    far.watch(who, at + enter, { leave_time: at + leave, ...more }, living)
  await watch('li', 0, 30)
  await watch('li', 60, 100, { is_comment: 1 })
  await watch('he_mum/bo', -20, 200)
  await watch('silent', 10, 20)
  await watch('guest_dad/guest', 50, 90)
  const visitor = { nickname: '访客"\\', enter_time: at + 5, leave_time: at + 9 }
  await far.client.ours.presence({ livingid: living, stays: ['v1', 'v2'].map((visitor_id) => ({ ...visitor, visitor_id })) })
  return { ...far, living }
}

/** Creates an empty database into which `pull` mirrors the far school, and a server on it. Its clock is that of the far school. */
export async function mirrorOf(database: Database, far: School) {
  const { url, drop } = await database.make()
  const db = await openDb(url)
  const server = makeServer({
    ...(await serving(db, await openSecrets(db, url), { demo: false, pageSize: 1000, endGrace: 1800 })),
    logger: pino({ level: 'silent' }),
    clock: () => far.clock.now,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const base = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
  let client: Client | undefined
  return {
    db,
    url,
    base,
    pull: (request: Partial<MirrorRequest> = {}, more: Partial<ClientOptions> = {}, into: Db = db) =>
      mirror(
        into,
        createClient({ corpid: far.corpid, corpsecret: far.app.secret, base: far.base, retry: { wait: () => 1 }, ...more }),
        { base: far.base, isBaseGiven: false, corpid: far.corpid, livingids: [], anchors: [], again: false, ...request },
        () => far.clock.now,
        { addToTotal: () => {}, advance: () => {}, setLabel: () => {} },
      ),
    /** Returns a client of the mirror's own server, for the app that the first pull created. */
    ask: async (): Promise<Client> => {
      if (!client) {
        const { secret } = await rotateSecret(db, far.corpid, 1_000_002)
        client = createClient({ corpid: far.corpid, corpsecret: secret, base })
      }
      return client
    },
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await db.close()
      await drop()
    },
  }
}

/** All answers of a server about a living: the lists with their fields, the details, the report. Sorted, to compare two servers. */
export async function answersOf(client: Client, livingid: string) {
  const sorted = async (rows: AsyncIterable<object>) => (await Array.fromAsync(rows)).map((row) => JSON.stringify(row)).sort()
  const { living, counts, classes, lines } = await client.ours.report({ livingid, limit: 10_000 })
  return {
    unwatched: await sorted(client.unwatched(livingid)),
    watched: await sorted(client.watched(livingid)),
    unwatchedVersion1: await sorted(client.unwatched(livingid, { version: 1 })),
    school: (await client.schoolGetLivingInfo({ livingid })).living_info,
    enterprise: (await client.livingGetLivingInfo({ livingid })).living_info,
    report: { living: { ...living, mirrored_at: undefined }, counts, classes, lines: lines.map((line) => JSON.stringify(line)).sort() },
  }
}

/** The departments, students and parents that the calls list, sorted. */
export async function contactsOf(client: Client) {
  const { departments } = await client.departmentList({})
  const classes = departments.filter(({ type }) => type === 1).map(({ id }) => id)
  const byId = <T extends { student_userid: string; parents: { parent_userid: string }[] }>(students: T[]) =>
    students
      .map((each) => ({ ...each, parents: each.parents.toSorted((a, b) => a.parent_userid.localeCompare(b.parent_userid)) }))
      .sort((a, b) => a.student_userid.localeCompare(b.student_userid))
  const students = await Promise.all(classes.map(async (department_id) => byId((await client.userList({ department_id })).students)))
  return { departments, students }
}
