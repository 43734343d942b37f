/**
 * A register in columns: of each line the viewer's number, the student, the classes and one letter, and no text besides. 90,000 lines take
 * some 40 ms to read again and 120 ms the first time; the report, which makes an object of every line, takes a second.
 */
export type Roll = RollOutline & {
  /** a letter for each line: see `standingLetter` in register/standing.ts, and `tooShortLetter` where a minimum is asked for */
  readonly letters: string
}

/** The columns that stay the same while nobody's userids or classes change. */
export type RollOutline = {
  readonly viewer_nos: Float64Array
  readonly isParent: Uint8Array
  /** index in `students`, -1 for a visitor */
  readonly studentIndex: Int32Array
  readonly students: readonly string[]
  /** index in `classSets` */
  readonly classSetIndex: Int32Array
  /** each set of classes that some student is in, once */
  readonly classSets: readonly (readonly number[])[]
}
