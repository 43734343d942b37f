/** Whether `before` is there and equals `after` in every column of `after`. */
export const isSameRow = <Row extends object>(before: Row | undefined, after: Row) =>
  before !== undefined && (Object.keys(after) as (keyof Row)[]).every((column) => before[column] === after[column])
