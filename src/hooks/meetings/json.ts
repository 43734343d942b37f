import { isHarmlessJson } from '../../request/json_shape.ts'
import { json } from '../signal.ts'

/** A body as a JSON object. Throws a SyntaxError where it is none, or is too deep or has too many parts to be parsed on the serving thread. */
export function meetingJson(body: Buffer): Record<string, unknown> {
  if (!isHarmlessJson(body)) throw new SyntaxError('expected JSON of at most 32 levels and 400,000 parts')
  return json(body)
}

/** A text, or a number as the product writes it: ids are sent as either. '' for anything else. */
export const idIn = (value: unknown): string => (typeof value === 'string' ? value : Number.isSafeInteger(value) ? String(value) : '')

/** The elements of an array; none where it is no array. */
export const elementsIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The first of these texts that is not empty, else ''. */
export const firstOf = (...texts: readonly string[]): string => texts.find(Boolean) ?? ''
