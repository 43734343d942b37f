import type { Db } from '../store/db.ts'
import { eachApart, type Failed } from '../timed/each_apart.ts'
import { correctRegister } from './correct.ts'
import { inThisLiving, viewerNumbersOf } from './identify.ts'
import { cleanIdentity, type Identity, stayTag, visitorOf } from './identity.ts'
import { nameForms } from './names.ts'
import {
  type IdentityRow,
  identitiesByNumber,
  livingsOfVisitor,
  livingsWithStays,
  matchIsFinished,
  putMatch,
  type SeenIn,
  unfinishedMatches,
} from './store.ts'
import { type FoundViewer, viewersByNumber, viewersNamed } from './store_people.ts'

/** How many registers were corrected. */
export type Corrected = { readonly registers: number }

/**
 * Says who an identity is, and remembers it. Every register in which the identity watched is corrected: its stays become those of the viewers,
 * who are ticked, and the visitor's line is deleted. In each register those of the viewers count who are in range, or all where none is. Also
 * for an identity that was matched before, or identified by its name, and for one that has not been seen yet.
 *
 * @param viewer_nos empty: nobody of the school, who stays a visitor and is not asked about again
 * @param now unix seconds
 * @throws an `Error` for a person where a viewer does not exist
 */
export async function matchIdentity(
  db: Db,
  corp_no: number,
  source: string,
  identity: string,
  viewer_nos: readonly number[],
  now: number,
): Promise<Corrected> {
  const matched = [...new Set(viewer_nos)].sort((a, b) => a - b)
  const known = await db.all<FoundViewer>(viewersByNumber({ corp_no, living_no: 0 }, matched))
  const missing = matched.find((viewer_no) => !known.some((viewer) => viewer.viewer_no === viewer_no))
  if (missing !== undefined) throw new Error(`viewer ${missing}: expected a student, or a parent of a student, of the school`)
  return setMatch(db, corp_no, { source, identity }, matched.join(','), now)
}

/**
 * Takes a match back: the identity is nobody known, and is asked about again. The registers that the match had corrected become what they were
 * without it: the stays of the identity are a visitor's again, and ticks that rest on them alone are taken back.
 *
 * @param now unix seconds
 */
export const unmatchIdentity = (db: Db, corp_no: number, source: string, identity: string, now: number): Promise<Corrected> =>
  setMatch(db, corp_no, { source, identity }, null, now)

async function setMatch(
  db: Db,
  corp_no: number,
  asked: Pick<Identity, 'source' | 'identity'>,
  viewer_nos: string | null,
  now: number,
): Promise<Corrected> {
  const someone = cleanIdentity({ ...asked, name: '' })
  const visitor_no = visitorOf(someone)
  const [known] = await db.all<IdentityRow>(identitiesByNumber(corp_no, [visitor_no]))
  const row = { ...someone, name: known?.name ?? someone.name, visitor_no, class_name: '' }
  const former = await viewersOfName(db, corp_no, row.name)
  await db.batch([putMatch(corp_no, row, viewer_nos, former.join(','), now)])
  return finishMatch(db, corp_no, visitor_no, now)
}

/** The viewers whom a report may have identified by this name: they may have stays of the identity. */
async function viewersOfName(db: Db, corp_no: number, name: string): Promise<number[]> {
  const names = nameForms(name).map(({ student }) => student)
  return (await db.all<{ viewer_no: number }>(viewersNamed(corp_no, names))).map(({ viewer_no }) => viewer_no)
}

/**
 * Corrects the registers that do not say yet who an identity is. Idempotent.
 *
 * @param now unix seconds
 */
async function finishMatch(db: Db, corp_no: number, visitor_no: number, now: number): Promise<Corrected> {
  const [row] = await db.all<IdentityRow>(identitiesByNumber(corp_no, [visitor_no]))
  if (!row || row.former_viewer_nos === null) return { registers: 0 }
  const matched = viewerNumbersOf(row.viewer_nos)
  const former = viewerNumbersOf(row.former_viewer_nos)
  const livings = [
    ...(matched.length ? await db.all<SeenIn>(livingsOfVisitor(corp_no, visitor_no)) : []),
    ...(former.length ? await db.all<SeenIn>(livingsWithStays(corp_no, former, stayTag(visitor_no))) : []),
  ]
  const byNumber = new Map(livings.map((living) => [living.living_no, living]))
  for (const { living_no, livingid } of byNumber.values()) {
    const viewer_nos = inThisLiving(await db.all<FoundViewer>(viewersByNumber({ corp_no, living_no }, matched)))
    const from = viewer_nos.length ? [visitor_no, ...former] : former
    await correctRegister(db, { corp_no, livingid }, { visitor_no, name: row.name, from, viewer_nos }, now)
  }
  await db.batch([matchIsFinished(corp_no, row)])
  return { registers: byNumber.size }
}

/** Timed work: finishes the matches whose process stopped while it corrected registers. */
export async function finishAllMatches(db: Db, now: number, failed: Failed): Promise<void> {
  const finish = async ({ corp_no, visitor_no }: { corp_no: number; visitor_no: number }) =>
    void (await finishMatch(db, corp_no, visitor_no, now))
  await eachApart(await db.all<{ corp_no: number; visitor_no: number }>(unfinishedMatches()), finish, failed)
}
