import { FileError } from '../../sheets/file_error.ts'
import type { BadRow } from './reasons.ts'

/**
 * What a roster file says, as text and not yet checked. Each format of file (table, JSON, OneRoster) is read into this form; what is
 * not given is "".
 */
export type FileRow = {
  /** name of the file in the archive, or of the sheet, where there are several */
  readonly file?: string
  readonly line: number
  readonly columns: StudentColumns
  readonly student_userid: string
  readonly name: string
  readonly mobile: string
  readonly is_subscribe: string
  /** one path for each class, from the top: campus and stage where there are any, grade, class */
  readonly classes: readonly (readonly string[])[]
  readonly parents: readonly FileParent[]
}

/** A parent in a row of a student. */
export type FileParent = {
  readonly columns: ParentColumns
  readonly parent_userid: string
  readonly mobile: string
  readonly relation: string
  readonly is_subscribe: string
}

/** What the file calls each column, so that a message names the column as the reader of the message sees it. */
export type StudentColumns = Readonly<Record<'student_userid' | 'name' | 'mobile' | 'is_subscribe' | 'classes', string>>
export type ParentColumns = Readonly<Record<'parent_userid' | 'mobile' | 'relation' | 'is_subscribe', string>>

export type RosterFile = {
  readonly rows: readonly FileRow[]
  /** whether the file has columns for parents: where it has none, importing it ends no relation between parent and child */
  readonly hasParents: boolean
  /** whether the file lists everybody; false for a file of changes, which does not say who has left */
  readonly isComplete: boolean
  /** headers of columns that are not imported */
  readonly unreadColumns: readonly string[]
}

/** Where in the file a row is: part of a message. */
export const placeOf = ({ file, line }: { readonly file?: string; readonly line: number }): Pick<BadRow, 'file' | 'line'> => ({
  ...(file !== undefined && { file }),
  line,
})

/** The file is no roster, or cannot be imported as asked. `message` is in English, `zh` the same in Chinese. */
export class RosterFileError extends FileError {
  override name = 'RosterFileError'
}
