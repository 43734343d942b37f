import { rows } from '../store/sql.ts'

/** A list of texts as rows of one column `key` under the alias `k`, to stand after `from`. */
export const keyRows = (keys: readonly string[]) =>
  rows(
    'k',
    { key: 'text' },
    keys.map((key) => [key]),
  )
