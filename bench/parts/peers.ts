import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Bench } from '../bench.ts'
import { absolute, type Figure, ratios } from '../figures.ts'
import { type Asked, inTurn, pageOf } from '../in_turn.ts'
import { installPeers, startExpress, startJsonServer, startPrism } from '../peers.ts'
import { startRollcall, tokenOf } from '../processes.ts'
import { makeLiving, makeSchool, type School, viewerCount } from '../school.ts'
import { pageBodies, pagePath } from './pages.ts'

/** Which viewers have watched. */
const shares = { '50 % watched': (no: number) => (no * 7919) % 100 < 50, '99 % watched': (no: number) => (no * 7919) % 100 < 99 }
type Share = keyof typeof shares
const names = Object.keys(shares) as Share[]
/** The last viewer number at which a page is full. Where 99 % have watched, a page of 1,000 extends over 100,000 viewers. */
const lastFull = (school: School, share: Share) => Math.max(1, viewerCount(school) - (share === '50 % watched' ? 2500 : 110_000))

/**
 * The list of those who have not watched, against servers that people might use instead. Only Express does the same work, and its
 * answers are compared with ours first; bench/README.md says what part of the work the others do. Pages begin at random places at
 * which they are full.
 */
export async function peers(bench: Bench): Promise<Figure[]> {
  installPeers()
  const { folder, url } = bench
  const school = await makeSchool(url, 'wwpeers', Math.ceil(50_000 * bench.scale))
  const livingids = {} as Record<Share, string>
  for (const share of names) livingids[share] = await makeLiving(url, school, shares[share])
  const watched = copyWatched(folder, school, livingids)
  const ours = await startRollcall(folder, url)
  const path = `${pagePath}?${await tokenOf(ours.port, school)}`
  const asked = (share: Share): Asked => ({
    port: ours.port,
    path,
    bodies: pageBodies(school, livingids[share], 5000, 0, lastFull(school, share)),
  })
  const figures = [
    ...(await againstExpress(bench, school, livingids, watched, asked)),
    ...(await againstMocks(bench, school, livingids['50 % watched'], asked('50 % watched'))),
  ]
  await ours.stop()
  return figures
}

async function againstExpress(
  bench: Bench,
  school: School,
  livingids: Record<Share, string>,
  watched: string,
  asked: (share: Share) => Asked,
): Promise<Figure[]> {
  const express = await startExpress(bench.url, watched)
  const askedExpress = (share: Share): Asked => ({
    port: express.port,
    path: '/page',
    plain: true,
    bodies: places(lastFull(school, share)).map((next_cursor) =>
      JSON.stringify({ livingid: livingids[share], corp_no: school.corp_no, next_cursor }),
    ),
  })
  const figures: Figure[] = []
  for (const share of names) {
    const firstPage = pageBodies(school, livingids[share], 1, 0, 0)[0] as string
    await checkSamePeople(asked(share), firstPage, askedExpress(share), share, livingids[share], school)
    const rates = await inTurn(bench, { ours: asked(share), express: askedExpress(share) })
    const goal = share === '50 % watched' ? { atLeast: 20, aim: 40 } : { atLeast: 200, aim: 300 }
    figures.push({
      name: `${share}: against Express with the anti-join and res.json`,
      of: '× Express',
      rounds: ratios(rates.ours, rates.express),
      goal,
      absolute: absolute('/s', rates),
    })
  }
  await express.stop()
  return figures
}

async function againstMocks(bench: Bench, school: School, livingid: string, asked: Asked): Promise<Figure[]> {
  const { folder } = bench
  const prism = await startPrism(folder, pagePath, JSON.parse(await pageOf(asked)))
  const jsonServer = await startJsonServer(jsonFile(folder, school, livingid))
  const rates = await inTurn(bench, {
    ours: asked,
    prism: { port: prism.port, path: pagePath, plain: true, bodies: [JSON.stringify({ livingid: 'L' })] },
    jsonServer: {
      port: jsonServer.port,
      path: '/lines',
      method: 'GET',
      plain: true,
      bodies: places(lastFull(school, '50 % watched')).map((place) => `?watched=0&id_gte=${place + 1}&_limit=1000`),
    },
  })
  await prism.stop()
  await jsonServer.stop()
  const against = (name: string, of: string, theirs: readonly number[]): Figure => ({
    name,
    of,
    rounds: ratios(rates.ours, theirs),
    absolute: absolute('/s', { ours: rates.ours, theirs }),
  })
  return [
    against('50 % watched: against Prism, which sends one page as an example', '× Prism', rates.prism),
    against('50 % watched: against json-server, the lines in its memory', '× json-server', rates.jsonServer),
  ]
}

/** Random viewer numbers at which pages begin. */
const places = (last: number) => Array.from({ length: 2000 }, () => Math.floor(Math.random() * last))

/** Copies who has watched into a table of its own, as a straightforward server would store it. Returns the file. */
function copyWatched(folder: string, school: School, livingids: Record<Share, string>): string {
  const file = join(folder, 'watched.db')
  const db = new DatabaseSync(file)
  db.exec(
    'create table watched (livingid text not null, viewer_no integer not null, primary key (livingid, viewer_no)) without rowid; begin',
  )
  const put = db.prepare('insert into watched values (?, ?)')
  for (const share of names) for (let no = 1; no <= viewerCount(school); no++) if (shares[share](no)) put.run(livingids[share], no)
  db.exec('commit')
  db.close()
  return file
}

/** Throws unless both servers list the same people: otherwise the comparison would mean nothing. */
async function checkSamePeople(
  ours: Asked,
  first: string,
  express: Asked,
  share: Share,
  livingid: string,
  { corp_no }: School,
): Promise<void> {
  const lists = async (asked: Asked, body: string) => JSON.parse(await pageOf(asked, body)).stat_info
  const [mine, theirs] = [await lists(ours, first), await lists(express, JSON.stringify({ livingid, corp_no, next_cursor: 0 }))]
  if (JSON.stringify(mine) !== JSON.stringify(theirs)) throw new Error(`${share}: Express lists others`)
}

/** Writes the register as the JSON file that json-server serves. Returns the file. */
function jsonFile(folder: string, { corp_no }: School, livingid: string): string {
  const db = new DatabaseSync(join(folder, 'rollcall.db'), { readOnly: true })
  const rows = db
    .prepare(
      'select viewer_no, watched, entry from attendance a join living l using (corp_no, living_no) where corp_no = ? and livingid = ?',
    )
    .all(corp_no, livingid) as { viewer_no: number; watched: number; entry: string }[]
  db.close()
  const lines = rows.map(({ viewer_no, watched, entry }) => ({ id: viewer_no, watched, ...JSON.parse(`{${entry}}`) }))
  const file = join(folder, 'lines.json')
  writeFileSync(file, JSON.stringify({ lines }))
  return file
}
