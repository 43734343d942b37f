import type { Db } from '../store/db.ts'
import { identifyPeople } from './identify.ts'
import { livingsOfVisitors, type UnmatchedRow, unmatchedRows } from './store.ts'

/** An identity that nobody has matched yet. `candidates` are viewer numbers; `livings`, newest first, those in which it watched as a visitor. */
export type Unmatched = {
  readonly source: string
  readonly identity: string
  readonly name: string
  readonly className: string
  /** unix seconds: when it was last reported */
  readonly seen_at: number
  readonly candidates: readonly number[]
  readonly livings: readonly { readonly livingid: string; readonly theme: string; readonly began_at: number }[]
}

/** The most identities that are read at once, and the newest livings of each in which candidates are sought. */
const mostUnmatched = 500
const livingsSought = 3

/**
 * Those nobody has matched yet, who were seen last first, 500 at most: with the viewers whom the name fits in the livings they were seen in.
 *
 * @param livingid of this living alone, with the viewers whom the name fits there
 */
export async function unmatchedIdentities(db: Db, corp_no: number, livingid?: string): Promise<Unmatched[]> {
  const rows = await db.all<UnmatchedRow>(unmatchedRows(corp_no, livingid, mostUnmatched))
  const seen = await db.all<SeenRow>(
    livingsOfVisitors(
      corp_no,
      rows.map(({ visitor_no }) => visitor_no),
    ),
  )
  const inAsked = livingid === undefined ? seen : seen.filter((row) => row.livingid === livingid)
  const livingsByVisitor = Map.groupBy(inAsked, ({ viewer_no }) => viewer_no)
  const candidates = await candidatesIn(db, corp_no, rows, livingsByVisitor)
  return rows.map(({ visitor_no, source, identity, name, class_name, seen_at }) => ({
    source,
    identity,
    name,
    className: class_name,
    seen_at,
    candidates: [...(candidates.get(visitor_no) ?? [])].sort((a, b) => a - b),
    livings: (livingsByVisitor.get(visitor_no) ?? []).map(({ livingid, theme, began_at }) => ({ livingid, theme, began_at })),
  }))
}

type SeenRow = { viewer_no: number; living_no: number; livingid: string; theme: string; began_at: number }

/** The candidates of each visitor, living by living: names are looked up among those in range. */
async function candidatesIn(
  db: Db,
  corp_no: number,
  rows: readonly UnmatchedRow[],
  livingsByVisitor: ReadonlyMap<number, readonly SeenRow[]>,
): Promise<Map<number, Set<number>>> {
  const pairs = rows.flatMap((row) =>
    (livingsByVisitor.get(row.visitor_no) ?? []).slice(0, livingsSought).map(({ living_no }) => ({ living_no, row })),
  )
  const found = new Map<number, Set<number>>()
  for (const [living_no, some] of Map.groupBy(pairs, (pair) => pair.living_no)) {
    const people = some.map(({ row: { source, identity, name, class_name } }) => ({ source, identity, name, className: class_name }))
    for (const [index, { viewer_nos, candidates }] of (await identifyPeople(db, { corp_no, living_no }, people)).entries()) {
      const { visitor_no } = (some[index] as (typeof some)[number]).row
      found.set(visitor_no, new Set([...(found.get(visitor_no) ?? []), ...viewer_nos, ...candidates]))
    }
  }
  return found
}
