import { sql } from './sql.ts'

/** The cheapest read: it fails where the database does not answer. */
export const ping = sql`select 1 as ok`
