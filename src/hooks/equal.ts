import { timingSafeEqual } from 'node:crypto'

/** Whether two texts are equal, compared in a time that does not depend on where they differ. */
export const isEqualText = (one: string, other: string): boolean =>
  Buffer.byteLength(one) === Buffer.byteLength(other) && timingSafeEqual(Buffer.from(one), Buffer.from(other))
