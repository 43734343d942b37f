import type { FileRow, RosterFile } from './roster_file.ts'

/**
 * What the thread that reads a roster file answers: rows, as often as there are any, each time followed by a message `next` of the reader;
 * and at the end what else is known of the file, or why it cannot be read.
 */
export type ThreadAnswer =
  | { readonly rows: readonly FileRow[] }
  | { readonly file: Omit<RosterFile, 'rows'> }
  | { readonly refused: { readonly message: string; readonly zh: string } }
