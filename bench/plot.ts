import { mkdirSync, writeFileSync } from 'node:fs'

/** A line chart. It shows how a figure grows, which a table of figures does not. */
export type Plot = {
  title: string
  x: { label: string; log?: boolean }
  y: { label: string; log?: boolean }
  lines: readonly { name: string; points: readonly (readonly [number, number])[] }[]
}

const [width, height] = [720, 420]
const box = { left: 76, right: 150, top: 52, bottom: 58 }
/** The lines differ in colour and in dashes, so that they can be told apart without colour. */
const strokes = ['#0b5fa5', '#b3400e', '#2c7a3f', '#6b3fa0', '#555']
const dashes = ['', '7 4', '2 3', '9 3 2 3', '4 4']

const folder = new URL('results/', import.meta.url)

/** Writes the chart to results/<name>.svg. */
export function draw(name: string, plot: Plot): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.svg`, folder), svgOf(plot))
}

export function svgOf({ title, x, y, lines }: Plot): string {
  const points = lines.flatMap((line) => line.points)
  const across = axisOf(
    points.map(([at]) => at),
    x.log ?? false,
    box.left,
    width - box.right,
  )
  const up = axisOf(
    points.map(([, value]) => value),
    y.log ?? false,
    height - box.bottom,
    box.top,
  )
  const grid = [
    ...across.ticks.map((tick) => {
      const at = across.place(tick)
      return `<path class="grid" d="M${at} ${box.top}V${height - box.bottom}"/><text x="${at}" y="${height - box.bottom + 18}" text-anchor="middle">${shown(tick)}</text>`
    }),
    ...up.ticks.map((tick) => {
      const at = up.place(tick)
      return `<path class="grid" d="M${box.left} ${at}H${width - box.right}"/><text x="${box.left - 8}" y="${at + 4}" text-anchor="end">${shown(tick)}</text>`
    }),
  ]
  const drawn = lines.map((line, no) => {
    const path = line.points.map(([at, value], index) => `${index ? 'L' : 'M'}${across.place(at)} ${up.place(value)}`).join('')
    const dots =
      line.points.length > 40
        ? ''
        : line.points.map(([at, value]) => `<circle cx="${across.place(at)}" cy="${up.place(value)}" r="3"/>`).join('')
    const legend = box.top + 12 + no * 22
    const from = width - box.right + 14
    return `<g stroke="${strokes[no % 5]}" fill="${strokes[no % 5]}"><path fill="none" stroke-width="2" stroke-dasharray="${dashes[no % 5]}" d="${path}"/><path fill="none" stroke-width="2" stroke-dasharray="${dashes[no % 5]}" d="M${from} ${legend}h24"/>${dots}</g><text x="${from + 30}" y="${legend + 4}">${escaped(line.name)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<style>.grid{stroke:#d8d8d8;fill:none}text{fill:#222}</style>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${box.left}" y="28" font-size="15" font-weight="bold">${escaped(title)}</text>
${[...grid, ...drawn].join('\n')}
<text x="${(box.left + width - box.right) / 2}" y="${height - 14}" text-anchor="middle">${escaped(x.label)}</text>
<text transform="translate(18 ${(box.top + height - box.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>
</svg>
`
}

/** An axis from pixel `from` to pixel `to`: the round values to mark (powers of ten, or steps from 0 on), and the pixel of a value. */
function axisOf(values: readonly number[], log: boolean, from: number, to: number) {
  const most = Math.max(...values)
  const [low, high] = log ? [10 ** Math.floor(Math.log10(Math.min(...values))), 10 ** Math.ceil(Math.log10(most))] : [0, most]
  const step = log ? 0 : stepOf(high)
  const end = log ? Math.max(high, low * 10) : Math.ceil(high / step) * step
  const share = (value: number) => (log ? Math.log10(value / low) / Math.log10(end / low) : value / end)
  const ticks: number[] = []
  for (let tick = low; tick <= end * 1.0001; tick = log ? tick * 10 : tick + step) ticks.push(tick)
  return { ticks, place: (value: number) => Math.round((from + share(value) * (to - from)) * 10) / 10 }
}

/** The distance of marks, 1, 2 or 5 times a power of ten, that gives at most six steps up to `most`. */
function stepOf(most: number): number {
  const rough = 10 ** Math.floor(Math.log10(most / 5 || 1))
  return [1, 2, 5, 10].map((times) => times * rough).find((step) => most / step <= 6) as number
}

const shown = (value: number) =>
  value >= 1e6 ? `${value / 1e6} M` : value >= 1000 ? `${value / 1000} k` : String(Number(value.toPrecision(3)))
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
