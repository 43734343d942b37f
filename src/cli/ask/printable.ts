/** Control characters (C0, DEL, C1), line separators, and characters that change the direction of the text after them. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * Returns a text with each unprintable character replaced by its escape, such as `\u001b`. The names of lessons and people, and the errors
 * of servers, come from the network: written as they are, they could move the cursor, change the title of the window or hide a text.
 */
export const printable = (text: string) => text.replaceAll(unprintable, escaped)

/** Returns a text with each unprintable character replaced by a space, for the cells of a table. */
export const blanked = (text: string) => text.replaceAll(unprintable, ' ')

/** Writes one line to stderr, with unprintable characters escaped. */
export const printLine = (text: string) => void process.stderr.write(`${printable(text)}\n`)

/**
 * Returns a value as JSON. JSON.stringify escapes C0 itself; where `out` is a terminal, the other unprintable characters are escaped too,
 * which is the same JSON.
 */
export function jsonFor(out: { isTTY?: boolean }, value: unknown): string {
  const text = JSON.stringify(value)
  return out.isTTY ? printable(text) : text
}
