import { WireError } from '../wire/errcode.ts'
import { nfkc } from './nfkc.ts'

/** Telephone numbers of students and parents: their syntax, and when two spellings are the same number. */

export const isMobile = (mobile: string) => /^\+?[0-9][0-9 -]{3,28}[0-9]$/.test(mobile)

/** Throws `bad_mobile` unless the text is a telephone number. */
export function checkMobile(mobile: string): void {
  if (!isMobile(mobile)) throw new WireError('bad_mobile', 'mobile: expected 5-20 digits, a leading + allowed')
}

/**
 * The form in which mobiles are compared: digits with a leading + (E.164) where the country is known. Spaces, hyphens, dots and brackets
 * are removed. Eleven digits that begin with 1 are a mobile of mainland China: `139 1111 2222`, `+86 139-1111-2222` and `008613911112222`
 * all become `+8613911112222`. Any other number without a country code stays without one. The syntax is not checked here, see
 * `checkMobile`. Migration 0008 has the same rules in SQL.
 */
export function normalMobile(text: string): string {
  const bare = nfkc(text)
    .replaceAll(/[\s\-().]/g, '')
    .replace(/^00/, '+')
  const chinese = /^(?:\+?86)?(1\d{10})$/.exec(bare)
  return chinese ? `+86${chinese[1]}` : bare
}

/** The two columns in which tables `student` and `parent` store a mobile: as it was written, and in the form in which it is compared. */
export const mobileColumns = <Mobile extends string | null>(mobile: Mobile) => ({
  mobile,
  mobile_key: (mobile === null ? null : normalMobile(mobile)) as Mobile,
})

/** Whether `one` is there and is the same mobile as `other`, however they are written. */
export const isSameMobile = (one: string | null | undefined, other: string) =>
  Boolean(one) && normalMobile(one as string) === normalMobile(other)

/** The mobile to store: as it was first written if `given` is the same number as `before`, else `given`. */
export const asFirstWritten = (before: string | null | undefined, given: string) => (before && isSameMobile(before, given) ? before : given)
