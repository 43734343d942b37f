import { hash, timingSafeEqual } from 'node:crypto'
import { WireError } from './wire/errcode.ts'

/**
 * A place in one list of one living: the number of the last viewer of a page, signed together with the living and the list.
 * It says nothing of page sizes or processes, so it outlives both. Damaged, or of another living or list: 50100.
 */
export type List = 'unwatched' | 'families' | 'watched' | 'livings' | 'report' | 'households' | 'links'
type Of = { corp_no: number; livingid: string }

/** Before every viewer, visitors included. */
export const beginning = -(2 ** 53)

export function packCursor(key: Buffer, of: Of, list: List, viewer_no: number): string {
  const bytes = Buffer.alloc(18)
  bytes.writeBigInt64BE(BigInt(viewer_no))
  signature(key, of, list, BigInt(viewer_no)).copy(bytes, 8)
  return bytes.toString('base64url')
}

/** Where to go on after: absent, "", "0", 0 and "\"0\"" (one SDK's default, quotes and all) are the beginning. */
export function unpackCursor(key: Buffer, of: Of, list: List, cursor: string | 0 | undefined): number {
  if (isBeginning(cursor)) return beginning
  const bytes = Buffer.from(cursor, 'base64url')
  const viewer_no = bytes.length === 18 ? bytes.readBigInt64BE() : undefined
  if (
    viewer_no === undefined ||
    bytes.toString('base64url') !== cursor ||
    !timingSafeEqual(bytes.subarray(8), signature(key, of, list, viewer_no))
  )
    throw new WireError('bad_cursor', 'next_cursor: expected the one of the page before, of this living and this list')
  return Number(viewer_no)
}

export const isBeginning = (cursor: string | 0 | undefined): cursor is undefined | '' | 0 | '0' =>
  cursor === undefined || cursor === '' || cursor === 0 || cursor === '0' || cursor === '"0"'

/**
 * 80 bits: nobody guesses one in the years a server is asked. A hash cut to a third can be lengthened by nobody, so that the key may
 * stand before the text: 1 µs, and HMAC through a stream 5.
 */
const signature = (key: Buffer, { corp_no, livingid }: Of, list: List, viewer_no: bigint) =>
  hash('sha256', `${key.toString('hex')} ${corp_no} ${list} ${livingid} ${viewer_no}`, 'buffer').subarray(0, 10)
