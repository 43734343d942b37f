export const formats = ['table', 'csv', 'xlsx', 'json', 'ndjson'] as const
export type Format = (typeof formats)[number]

/**
 * Returns the format that `--format` names, otherwise the one that the ending of `--output` names, otherwise `table`.
 * Throws if that is XLSX and would go to a terminal. Commands call this before they ask a server, so that a mistake is reported at once.
 */
export function formatOf({ format, output }: { format?: string; output?: string }): Format {
  const chosen = format ?? (formats as readonly string[]).find((each) => output?.toLowerCase().endsWith(`.${each}`)) ?? 'table'
  if (chosen === 'xlsx' && output === undefined && process.stdout.isTTY)
    throw new Error('an XLSX file cannot be shown on a terminal: write it to a file with --output missing.xlsx')
  return chosen as Format
}
