import { addAccount } from '../../src/console/accounts.ts'
import { openSession } from '../../src/console/session.ts'
import { openDb } from '../../src/store/open.ts'
import { absolute, type Figure } from '../figures.ts'
import { servingSeconds, startRollcall } from '../processes.ts'
import type { Bench } from '../run.ts'
import { makeLiving, makeSchool, type School, unixNow } from '../school.ts'

/** A teacher's page of a lesson of 90,000 lines: the first time a process sees it, and after; in CPU time of the thread that serves. */
export async function lessonPage({ folder, url, rounds, scale }: Bench): Promise<Figure[]> {
  const school = await makeSchool(url, 'wwconsole', Math.ceil(30_000 * scale))
  const small = await makeLiving(url, await makeSchool(url, 'wwsmall', 30))
  const [livingid, another] = [await makeLiving(url, school, half), await makeLiving(url, school, half)]
  const headers = { cookie: `rollcall_session=${await signedIn(url, school)}` }
  const cpu = { first: [] as number[], later: [] as number[] }
  const wait = { first: [] as number[], later: [] as number[], 'longest others waited': [] as number[] }
  const kB: number[] = []
  for (let round = 0; round < rounds; round++) {
    // a process that has compiled its pages, and has never seen this lesson
    const ours = await startRollcall(folder, url)
    const base = `http://127.0.0.1:${ours.port}`
    const view = async (path: string) => {
      const [began, used] = [performance.now(), servingSeconds(ours)]
      const answer = await fetch(base + path, { headers })
      const bytes = (await answer.arrayBuffer()).byteLength
      return { status: answer.status, bytes, ms: performance.now() - began, cpu: (servingSeconds(ours) - used) * 1000 }
    }
    for (let times = 0; times < 20; times++) await view(`/livings/${small}`)
    const first = await view(`/livings/${livingid}`)
    const waits = waitsOf(`${base}/healthz`)
    await view(`/livings/${another}`)
    wait['longest others waited'].push(await waits())
    if (first.status !== 200) throw new Error(`the page answered ${first.status}`)
    const later = []
    for (let times = 0; times < 20; times++) later.push(await view(`/livings/${livingid}`))
    await ours.stop()
    cpu.first.push(first.cpu)
    wait.first.push(first.ms)
    cpu.later.push(later.reduce((sum, each) => sum + each.cpu, 0) / later.length)
    wait.later.push(later.reduce((sum, each) => sum + each.ms, 0) / later.length)
    kB.push(first.bytes / 1000)
  }
  return [
    {
      name: 'first view of a lesson of 90,000 lines, CPU of the serving thread',
      of: 'ms',
      rounds: cpu.first,
      goal: { atMost: 200 },
      absolute: absolute('ms', wait),
    },
    { name: 'later views, the same', of: 'ms', rounds: cpu.later, goal: { atMost: 200 }, absolute: '' },
    { name: 'the page', of: 'kB', rounds: kB, goal: { atMost: 100 }, absolute: '' },
  ]
}

const half = (viewer_no: number) => viewer_no % 2 === 0

async function signedIn(url: string, { corp_no }: School): Promise<string> {
  const db = await openDb(url)
  try {
    const { account_no } = await addAccount(db, corp_no, { name: 'head', role: 'administrator', password: 'correct horse' }, unixNow())
    return await openSession(db, { corp_no, account_no }, unixNow())
  } finally {
    await db.close()
  }
}

/** Asks over and over until stopped: how long the slowest took. */
function waitsOf(address: string): () => Promise<number> {
  let going = true
  const longest = (async () => {
    let most = 0
    while (going) {
      const began = performance.now()
      await (await fetch(address)).arrayBuffer()
      most = Math.max(most, performance.now() - began)
    }
    return most
  })()
  return () => {
    going = false
    return longest
  }
}
