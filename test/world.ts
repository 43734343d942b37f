import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { addApp, addCorp, corpOf } from '../src/access/apps.ts'
import { grantsOf, type Kind } from '../src/access/grants.ts'
import { type Client, createClient } from '../src/client/client.ts'
import { makeServer } from '../src/http/server.ts'
import { rootParty } from '../src/roster/party.ts'
import { serving } from '../src/serving.ts'
import type { Db } from '../src/store/db.ts'
import { type Database, sharedDb } from './databases.ts'
import { pairedWith, portOf } from './pair.ts'

/**
 * What `makeSchool` creates: a school with a roster and perhaps a living, behind a real server on a real database. Tests speak to it
 * through the published client:
 *
 *     await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } }, living: ['3A'] })
 *
 * Everybody subscribes to the school's notices except the userids in `silent`. The server's clock, `school.clock.now` in unix seconds,
 * moves only when the test sets it.
 */
export type SchoolPlan = {
  /** class name → student_userid → parent_userids. A userid that occurs twice is one person, in both classes or with both children. */
  readonly classes?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** userids of the students and parents who do not subscribe to the school's notices */
  readonly silent?: readonly string[]
  /** The classes in the range of a living that starts at once. Its livingid is `school.living`. */
  readonly living?: readonly string[]
  readonly pageSize?: number
  readonly parentCapacity?: number
  readonly legacy?: boolean
  readonly kind?: Kind
}

export type School = Awaited<ReturnType<typeof makeSchool>>

export async function makeSchool(database: Database, plan: SchoolPlan = {}) {
  const { db, secrets, url, other } = await sharedDb(database)
  const clock = { now: 1_800_000_000 }
  const corpid = `ww${randomBytes(8).toString('hex')}`
  await addCorp(db, { corpid, legacy: plan.legacy ?? false }, clock.now, (no, name) => [rootParty(no, name)])
  const { corp_no } = await corpOf(db, corpid)
  const makeApp = async (kind: Kind = 'self-built', grants: readonly string[] = grantsOf[kind]) => {
    const app = await addApp(db, { corpid, kind, grants: grants.join(',') }, clock.now)
    return { ...app, client: createClient({ base, corpid, corpsecret: app.secret }) }
  }
  const start = async (on: Db, port: number) => {
    const server = makeServer({
      ...(await serving(on, secrets, {
        demo: false,
        pageSize: plan.pageSize ?? 1000,
        endGrace: 1800,
        parentCapacity: plan.parentCapacity ?? 0,
      })),
      logger: pino({ level: 'silent' }),
      clock: () => clock.now,
    })
    await server.listen({ host: '127.0.0.1', port })
    return server
  }
  const server = await start(db, 0)
  const pair = other && (await pairedWith(server, (port) => start(other, port)))
  const base = pair?.base ?? `http://127.0.0.1:${portOf(server)}`
  const app = await makeApp(plan.kind ?? 'self-built')
  // a third-party or delegated app may not write the roster, so a self-built app beside it does
  const writer = plan.kind && plan.kind !== 'self-built' ? await makeApp('self-built') : app
  const classIds = await enrol(writer.client, plan)
  const living = plan.living
    ? await startLiving(
        app.client,
        clock.now,
        plan.living.map((name) => classIds[name] as number),
      )
    : ''
  return {
    db,
    secrets,
    url,
    base,
    server,
    clock,
    corpid,
    corp_no,
    app,
    client: app.client as Client,
    /** a client of the same app that speaks to another server of this school */
    clientAt: (elsewhere: string): Client => createClient({ base: elsewhere, corpid, corpsecret: app.secret }),
    /** class name → party id */
    classIds,
    living,
    makeApp,
    startLiving: (classes: readonly string[]) =>
      startLiving(
        app.client,
        clock.now,
        classes.map((name) => classIds[name] as number),
      ),
    /** Everybody on all pages of the living's unwatched list, sorted: "student" or "parent/student". */
    unwatched: (livingid = living) => unwatchedBy(app.client, livingid),
    /** Reports a stay of `who`, "student" or "parent/student", which begins at `enter_time` in unix seconds. */
    watch: async (who: string, enter_time = clock.now, more: object = {}, livingid = living) =>
      app.client.ours.presence({ livingid, stays: [{ ...personOf(who), enter_time, ...more }] }),
    [Symbol.asyncDispose]: async () => {
      await pair?.[Symbol.asyncDispose]()
      await server.close()
    },
  }
}

/** Turns "student" or "parent/student" into the fields by which the calls name a viewer. */
export const personOf = (who: string) => {
  const [first = '', second] = who.split('/')
  return second === undefined ? { student_userid: first } : { parent_userid: first, student_userid: second }
}

/** Everybody on all pages of a living's unwatched list, as this client is answered, sorted: "student" or "parent/student". */
export async function unwatchedBy(client: Client, livingid: string): Promise<string[]> {
  const names: string[] = []
  for await (const { kind, parent_userid, student_userid } of client.unwatched(livingid))
    names.push(kind === 'student' ? student_userid : `${parent_userid}/${student_userid}`)
  return names.sort()
}

async function startLiving(client: Client, now: number, partyids: number[]): Promise<string> {
  const { livingid } = await client.livingCreate({
    anchor_userid: 'wang',
    theme: '公开课',
    living_start: now,
    living_duration: 3600,
    living_range: { partyids },
  })
  await client.ours.start({ livingid, at: now })
  return livingid
}

async function enrol(client: Client, { classes = {}, silent = [] }: SchoolPlan): Promise<Record<string, number>> {
  const classIds: Record<string, number> = {}
  if (Object.keys(classes).length === 0) return classIds
  const { id: parentid } = await client.departmentCreate({ name: '三年级', parentid: 1, type: 2 })
  const students = new Map<string, number[]>()
  const parents = new Map<string, string[]>()
  for (const [name, parentsByStudent] of Object.entries(classes)) {
    const { id } = await client.departmentCreate({ name, parentid, type: 1 })
    classIds[name] = id
    for (const [student, parentsOf] of Object.entries(parentsByStudent)) {
      students.set(student, [...(students.get(student) ?? []), id])
      for (const parent of parentsOf) parents.set(parent, [...new Set([...(parents.get(parent) ?? []), student])])
    }
  }
  const inHundreds = <T>(list: T[]) =>
    Array.from({ length: Math.ceil(list.length / 100) }, (_, index) => list.slice(index * 100, index * 100 + 100))
  let mobile = 13_000_000_000
  for (const some of inHundreds([...students]))
    await client.batchCreateStudent({
      students: some.map(([student_userid, department]) => ({ student_userid, name: student_userid, department })),
    })
  for (const some of inHundreds([...parents]))
    await client.batchCreateParent({
      parents: some.map(([parent_userid, children]) => ({
        parent_userid,
        mobile: String(mobile++),
        children: children.map((student_userid) => ({ student_userid, relation: '妈妈' })),
      })),
    })
  const follows = (userid: string) => (silent.includes(userid) ? 0 : 1)
  for (const some of inHundreds([...students.keys()]))
    await client.ours.subscriptions({ students: some.map((student_userid) => ({ student_userid, is_subscribe: follows(student_userid) })) })
  for (const some of inHundreds([...parents.keys()]))
    await client.ours.subscriptions({ parents: some.map((parent_userid) => ({ parent_userid, is_subscribe: follows(parent_userid) })) })
  return classIds
}
