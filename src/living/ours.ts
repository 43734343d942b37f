import { WireError } from '../wire/errcode.ts'

/** A mirrored living is held by another host, and that one alone knows who came: here it is read. */
export function checkOurs({ mirrored_at }: { readonly mirrored_at: number | null }): void {
  if (mirrored_at !== null) throw new WireError('not_your_living', 'livingid: mirrored from another host, which alone changes it')
}
