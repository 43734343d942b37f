import { WireError } from '../wire/errcode.ts'

/** Throws 92008 where the living is mirrored from another host: only that host can start, end or change it, or take presence for it. */
export function checkIsOurs({ mirrored_at }: { readonly mirrored_at: number | null }): void {
  if (mirrored_at !== null) throw new WireError('not_your_living', 'livingid: mirrored from another host, which alone changes it')
}
