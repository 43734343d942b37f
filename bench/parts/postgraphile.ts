import pg from 'pg'
import { startPostgres } from '../../test/postgres.ts'
import type { Bench } from '../bench.ts'
import { absolute, type Figure, ratios } from '../figures.ts'
import { inTurn, pageOf } from '../in_turn.ts'
import { installPeers, startPostGraphile } from '../peers.ts'
import { startRollcall, tokenOf } from '../processes.ts'
import { makeLiving, makeSchool, type School, viewerCount } from '../school.ts'
import { pageBodies, pagePath } from './pages.ts'
import { analyzed } from './postgres.ts'

/** The list on PostgreSQL against PostGraphile, the nearest product: it lists the same lines, half of them watched, as GraphQL with a cursor. */
export async function postgraphile(bench: Bench): Promise<Figure[]> {
  installPeers()
  const server = await startPostgres({ mayDie: true })
  try {
    const school = await makeSchool(server.url, 'wwpeers', Math.ceil(50_000 * bench.scale))
    const livingid = await makeLiving(server.url, school, (no) => (no * 7919) % 100 < 50)
    await makeListing(server.url, school, livingid)
    const ours = await startRollcall(bench.folder, server.url)
    const path = `${pagePath}?${await tokenOf(ours.port, school)}`
    const postGraphile = await startPostGraphile(server.url)
    const rates = await inTurn(bench, {
      ours: { port: ours.port, path, bodies: pageBodies(school, livingid, 5000, 0, viewerCount(school) - 2500) },
      postGraphile: { port: postGraphile.port, path: '/graphql', plain: true, bodies: await graphqlBodies(postGraphile.port) },
    })
    await postGraphile.stop()
    await ours.stop()
    return [
      {
        name: '50 % watched, PostgreSQL: against PostGraphile over the register',
        of: '× PostGraphile',
        rounds: ratios(rates.ours, rates.postGraphile),
        absolute: absolute('/s', rates),
      },
    ]
  } finally {
    await server.stop()
  }
}

/** Copies the register into a table that PostGraphile can list, with the index that it needs. */
async function makeListing(url: string, { corp_no }: School, livingid: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`create schema listing;
    create table listing.register_line (viewer_no bigint primary key, watched int not null, student_userid text, parent_userid text, partyids int[])`)
  await client.query(
    `insert into listing.register_line select viewer_no, watched, e ->> 'student_userid', e ->> 'parent_userid',
      array(select jsonb_array_elements(e -> 'partyids')::int)
      from (select viewer_no, watched, ('{' || entry || '}')::jsonb as e from attendance
        where corp_no = $1 and living_no = (select living_no from living where corp_no = $1 and livingid = $2)) as lines`,
    [corp_no, livingid],
  )
  await client.query('create index on listing.register_line (watched, viewer_no)')
  await client.end()
  await analyzed(url)
}

/** Requests for every full page. PostGraphile's cursors come from its answers, so the whole list is read once. */
async function graphqlBodies(port: number): Promise<string[]> {
  const query = `query ($after: Cursor) {
    allRegisterLines(condition: { watched: 0 }, orderBy: [VIEWER_NO_ASC], first: 1000, after: $after) {
      nodes { studentUserid parentUserid partyids } pageInfo { hasNextPage endCursor } } }`
  const bodies: string[] = []
  for (let after: string | null = null; ; ) {
    const body: string = JSON.stringify({ query, variables: { after } })
    const { data, errors } = JSON.parse(await pageOf({ port, path: '/graphql', bodies: [body] }))
    if (errors) throw new Error(JSON.stringify(errors))
    if (data.allRegisterLines.nodes.length === 1000) bodies.push(body)
    if (!data.allRegisterLines.pageInfo.hasNextPage) return bodies
    after = data.allRegisterLines.pageInfo.endCursor
  }
}
