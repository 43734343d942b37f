import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** One figure: the median over rounds, the goal and the aim it is held against, and the absolute figures it came from. */
export type Figure = {
  name: string
  /** what is divided by what, or the unit of an absolute */
  of: string
  rounds: readonly number[]
  /** diagnosis has no goal */
  goal?: { readonly atLeast: number; readonly aim: number } | { readonly atMost: number; readonly aim?: number }
  absolute: string
}

export const median = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** Of values in order, what a share of them stays under; 1 is the most. */
export const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

/** Median figures of alternatives, as "ours 1,480/s, limit 9,100/s". */
export const absolute = (unit: string, alternatives: Readonly<Record<string, readonly number[]>>) =>
  Object.entries(alternatives)
    .map(([name, values]) => `${name} ${shown(median(values))} ${unit}`)
    .join(', ')

/** Round by round, the one divided by the other. */
export const ratios = (ours: readonly number[], limit: readonly number[]) => ours.map((value, index) => value / (limit[index] as number))

const shown = (value: number) =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : value >= 100 ? value.toFixed(0) : value.toPrecision(3)

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

/** A part that was not run keeps its figures of last time, with their date. */
type Kept = Record<string, { at: string; machine: string; figures: Figure[] }>
const folder = new URL('results/', import.meta.url)

export function keep(parts: Readonly<Record<string, Figure[]>>): string {
  mkdirSync(folder, { recursive: true })
  const file = new URL('latest.json', folder)
  const kept: Kept = readKept(file)
  const load = readLoad()
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}${load}`
  for (const [name, figures] of Object.entries(parts)) kept[name] = { at: new Date().toISOString().slice(0, 16), machine, figures }
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`)
  const text = Object.entries(kept)
    .map(([name, { at, machine, figures }]) => `## ${name}\n\n${at} UTC, ${machine}\n\n${tableOf(figures)}\n`)
    .join('\n')
  writeFileSync(new URL('latest.md', folder), `# Latest figures\n\n${text}`)
  return text
}

function readKept(file: URL): Kept {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

/** How busy the machine is with others' work: absolute figures bend with it. */
function readLoad(): string {
  try {
    return `, load average ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`
  } catch {
    return ''
  }
}
