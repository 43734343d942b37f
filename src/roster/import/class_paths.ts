import { roundedMark } from '../../sheets/rows.ts'

/**
 * The classes that a cell names, each as a path from the top. Several are separated by ";". "三年级/1班" is a path by itself; "1班"
 * stands under `above`, the names from the row's other columns.
 */
export function pathsOf(cell: string, above: readonly string[]): string[][] {
  const classes = cell.split(/[;；]/).map((each) => each.trim().replace(roundedMark, ''))
  return classes.filter(Boolean).map((each) => {
    const path = each.split(/[/／>]/).map((part) => part.trim())
    return path.length > 1 ? path : [...above, ...path]
  })
}
