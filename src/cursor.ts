import { hash, timingSafeEqual } from 'node:crypto'
import { WireError } from './wire/errcode.ts'

/**
 * A cursor: the number of the last viewer of a page, signed together with the living and the list it belongs to. It depends neither on the
 * page size nor on a process, so it outlives both. One list of one living refuses the cursor of another: 50100.
 */
export type List = 'unwatched' | 'families' | 'watched' | 'livings' | 'report' | 'households' | 'links'
type Owner = { corp_no: number; livingid: string }

/** Before every viewer; visitors have negative numbers. */
export const beginning = -(2 ** 53)

/** 8 bytes of the number and 10 of signature, as base64url. */
export function packCursor(key: Buffer, owner: Owner, list: List, viewer_no: number): string {
  const bytes = Buffer.alloc(18)
  bytes.writeBigInt64BE(BigInt(viewer_no))
  signature(key, owner, list, BigInt(viewer_no)).copy(bytes, 8)
  return bytes.toString('base64url')
}

/** The cursor after a viewer; "0" where the list has had no viewer so far. */
export const cursorAt = (key: Buffer, owner: Owner, list: List, viewer_no: number): string =>
  viewer_no === beginning ? '0' : packCursor(key, owner, list, viewer_no)

/** The number after which the list goes on; `beginning` for a cursor that means the beginning. Throws 50100. */
export function unpackCursor(key: Buffer, owner: Owner, list: List, cursor: string | 0 | undefined): number {
  if (isBeginning(cursor)) return beginning
  const bytes = Buffer.from(cursor, 'base64url')
  const viewer_no = bytes.length === 18 ? bytes.readBigInt64BE() : undefined
  if (
    viewer_no === undefined ||
    bytes.toString('base64url') !== cursor ||
    !timingSafeEqual(bytes.subarray(8), signature(key, owner, list, viewer_no))
  )
    throw new WireError('bad_cursor', 'next_cursor: expected the one of the page before, of this living and this list')
  return Number(viewer_no)
}

/** Absent, "", "0", 0, and "\"0\"" with its quotes, which is one SDK's default. */
export const isBeginning = (cursor: string | 0 | undefined): cursor is undefined | '' | 0 | '0' =>
  cursor === undefined || cursor === '' || cursor === 0 || cursor === '0' || cursor === '"0"'

/**
 * 80 bits, too many to guess against a server that is asked over a network. Truncating the digest prevents a length-extension attack, so
 * a plain `hash(key + text)` is safe here, and takes 1 µs where an HMAC object takes 5.
 */
const signature = (key: Buffer, { corp_no, livingid }: Owner, list: List, viewer_no: bigint) =>
  hash('sha256', `${key.toString('hex')} ${corp_no} ${list} ${livingid} ${viewer_no}`, 'buffer').subarray(0, 10)
