/** One rule broken on purpose, which a test must notice. */
export type Mutant = {
  /** the rule as the mutant breaks it, unlike the name of every other mutant */
  readonly name: string
  readonly file: string
  /** the text that stands in the file exactly once */
  readonly replace: string
  readonly by: string
  /** the test files that must notice */
  readonly tests: readonly string[]
}

/** The text of a file with the mutant applied. Throws where the text to replace is not found exactly once. */
export function mutated(text: string, { name, file, replace, by }: Mutant): string {
  const found = text.split(replace).length - 1
  if (found !== 1) throw new Error(`${name}: expected the text to replace once in ${file}, found it ${found} times: ${replace}`)
  // a function, because `$` has a meaning in a replacement text
  return text.replace(replace, () => by)
}
