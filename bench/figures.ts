import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** A measured figure. `absolute`: the absolute figures from which the ratios were calculated, as text. */
export type Figure = {
  name: string
  /** for a ratio, what it is a ratio of; otherwise the unit */
  of: string
  /** the value of each round; the table shows the median */
  rounds: readonly number[]
  /** `aim` is better than the goal; a figure that only helps to diagnose has no goal */
  goal?: { readonly atLeast: number; readonly aim: number } | { readonly atMost: number; readonly aim?: number }
  absolute: string
}

/** The median; of an even number of values, the mean of the two in the middle. */
export const median = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** The value below which this share (0 to 1) of the values lies; with 1, the largest. `sorted` ascending. */
export const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** The medians of several alternatives as text: "ours 1,480 /s, limit 9,100 /s". */
export const absolute = (unit: string, alternatives: Readonly<Record<string, readonly number[]>>) =>
  Object.entries(alternatives)
    .map(([name, values]) => `${name} ${shown(median(values))} ${unit}`)
    .join(', ')

/** For each round, our value divided by the limit's value. */
export const ratios = (ours: readonly number[], limit: readonly number[]) => ours.map((value, index) => value / (limit[index] as number))

const shown = (value: number) =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : value >= 100 ? value.toFixed(0) : value.toPrecision(3)

/** The figures as a table in Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, of, rounds, goal, absolute }) => {
    const value = median(rounds)
    const spread = `${shown(Math.min(...rounds))} to ${shown(Math.max(...rounds))}`
    const wanted = goal
      ? 'atLeast' in goal
        ? `≥ ${goal.atLeast}, aim ${goal.aim}`
        : `≤ ${goal.atMost}${goal.aim ? `, aim ${goal.aim}` : ''}`
      : ''
    const holds = goal ? (('atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost) ? 'yes' : '**no**') : ''
    return `| ${name} | **${shown(value)}** ${of} | ${wanted} | ${holds} | ${spread} | ${absolute} |`
  })
  return ['| figure | median | goal | holds | rounds | absolute |', '|---|---|---|---|---|---|', ...rows].join('\n')
}

/** The saved figures by part. A part that was not run keeps its earlier figures, with their date. */
type SavedFigures = Record<string, { at: string; machine: string; figures: Figure[] }>
const folder = new URL('results/', import.meta.url)

/** Saves the figures of these parts in results/latest.json and, with those of all other parts, as tables in results/latest.md. */
export function saveFigures(parts: Readonly<Record<string, Figure[]>>): void {
  mkdirSync(folder, { recursive: true })
  const file = new URL('latest.json', folder)
  const saved = readSaved(file)
  const load = readLoad()
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}${load}`
  for (const [name, figures] of Object.entries(parts)) saved[name] = { at: new Date().toISOString().slice(0, 16), machine, figures }
  writeFileSync(file, `${JSON.stringify(saved, null, 2)}\n`)
  const text = Object.entries(saved)
    .map(([name, { at, machine, figures }]) => `## ${name}\n\n${at} UTC, ${machine}\n\n${tableOf(figures)}\n`)
    .join('\n')
  writeFileSync(new URL('latest.md', folder), `# Latest figures\n\n${text}`)
}

function readSaved(file: URL): SavedFigures {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

/** The load average as text: absolute figures are lower on a machine that has other work. */
function readLoad(): string {
  try {
    return `, load average ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`
  } catch {
    return ''
  }
}
