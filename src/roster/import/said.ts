import type { BadRow } from './reasons.ts'

/** What a file says, as it says it: text, not yet looked at. Each form of file is read into this. */
export type Said = {
  readonly file?: string
  readonly line: number
  readonly columns: PupilColumns
  readonly student_userid: string
  readonly name: string
  readonly mobile: string
  readonly is_subscribe: string
  /** each from the top: campus and stage where there are any, grade, class */
  readonly classes: readonly (readonly string[])[]
  readonly parents: readonly ParentSaid[]
}

export type ParentSaid = {
  readonly columns: ParentColumns
  readonly parent_userid: string
  readonly mobile: string
  readonly relation: string
  readonly is_subscribe: string
}

/** How the file calls what it says, so that a person finds it there. */
export type PupilColumns = Readonly<Record<'student_userid' | 'name' | 'mobile' | 'is_subscribe' | 'classes', string>>
export type ParentColumns = Readonly<Record<'parent_userid' | 'mobile' | 'relation' | 'is_subscribe', string>>

export type RosterFile = {
  readonly said: readonly Said[]
  /** rows that could not even be read as such */
  readonly bad: readonly BadRow[]
  /** whether the file has anything on parents at all: where it has not, nobody loses theirs */
  readonly saysParents: boolean
  /** a file of changes does not say who is missing */
  readonly isWhole: boolean
  /** columns that mean nothing to us */
  readonly unread: readonly string[]
}

/** A file that is no roster, said to whoever gave it. */
export class NoRoster extends Error {
  override name = 'NoRoster'
  readonly zh: string
  constructor(en: string, zh: string, options?: ErrorOptions) {
    super(en, options)
    this.zh = zh
  }
}
