/** What the writer's thread answers for one batch: rows touched by each statement, a conflict, or an error. */
export type WriterAnswer = { id: number; changes?: number[]; isConflict?: boolean; error?: Error }
