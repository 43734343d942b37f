/**
 * Returns a function that formats a date as `2026-11-22 23:45:10`, as the clocks of `timeZone` show it (default: the machine's time zone).
 * Making the function is slow (an Intl.DateTimeFormat); call it once per table, not once per cell.
 */
export function timeFormatter(timeZone?: string): (date: Date) => string {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  // The Swedish locale writes dates in the order of ISO 8601.
  const formatter = new Intl.DateTimeFormat('sv-SE', { ...parts, hourCycle: 'h23', ...(timeZone && { timeZone }) })
  return (date) => formatter.format(date)
}
