import { readXml, type XmlHandlers } from './read_xml.ts'
import { type CellForm, type NumberStyle, numberStyle, unescaped } from './xlsx_cells.ts'
import { type Package, partOfType, relationshipsName, resolved } from './xlsx_package.ts'

/** The parts of a workbook other than its sheets. */

type Attributes = Readonly<Record<string, string>>

/** Reads a part completely. Does nothing if the workbook does not have it. */
function readPart(parts: Package, name: string, handlers: XmlHandlers): void {
  const bytes = parts.read(name)
  if (bytes) for (const _ of readXml(bytes, name, handlers));
}

/** A sheet, and the name of its part. */
type SheetPart = { readonly name: string; readonly part: string }

/**
 * Returns the name of the part that is the workbook; undefined if there is none. Where the relationships do not name a part, this and the
 * functions below use the name that Excel gives it.
 */
export function workbookPartOf(parts: Package): string | undefined {
  const name = partOfType('', parts.relationshipsOf(''), 'officeDocument') ?? 'xl/workbook.xml'
  return parts.has(name) && name.toLowerCase().endsWith('.xml') ? name : undefined // .xlsb has a workbook.bin
}

/**
 * Returns the sheets of a workbook that are not hidden, in order, and what their cells refer to.
 * Throws an error if there is no workbook, or if it does not say which part a sheet is in.
 */
export function readWorkbook(parts: Package): { sheets: SheetPart[]; form: CellForm } {
  const workbook = workbookPartOf(parts)
  if (workbook === undefined) throw new Error('there is no workbook in the file')
  const visible: { name: string; id: string }[] = []
  let is1904 = false
  let isWorkbook = false
  readPart(parts, workbook, {
    open(name, attributes) {
      isWorkbook ||= name === 'workbook'
      if (name === 'workbookPr') is1904 = attributes.date1904 === '1' || attributes.date1904 === 'true'
      if (name !== 'sheet' || /^(veryH|h)idden$/.test(attributes.state ?? '')) return
      visible.push({ name: attributes.name ?? '', id: prefixedValue(attributes, 'id') })
    },
  })
  // the relationship has the same type in a document of Word
  if (!isWorkbook) throw new Error(`${workbook} is no workbook`)
  const relationships = parts.relationshipsOf(workbook)
  const targetById = new Map(relationships.map(({ id, target }) => [id, target]))
  const sheets = visible.map(({ name, id }) => {
    const target = targetById.get(id)
    if (!target) throw new Error(`${relationshipsName(workbook)} does not say which file the sheet ${JSON.stringify(name)} is in`)
    return { name, part: resolved(workbook, target) }
  })
  const partOf = (type: string) => partOfType(workbook, relationships, type) ?? resolved(workbook, `${type}.xml`)
  const form = { sharedTexts: sharedTextsOf(parts, partOf('sharedStrings')), styles: numberStylesOf(parts, partOf('styles')), is1904 }
  return { sheets, form }
}

/** The value of the attribute with this name and a namespace prefix, which is usually `r:`. */
const prefixedValue = (attributes: Attributes, name: string) =>
  Object.entries(attributes).find(([each]) => each.endsWith(`:${name}`))?.[1] ?? ''

function sharedTextsOf(parts: Package, part: string): string[] {
  const texts: string[] = []
  let value = ''
  let isText = false
  let isPhonetic = false
  readPart(parts, part, {
    open(name) {
      if (name === 'si') value = ''
      isText = name === 't' && !isPhonetic
      isPhonetic ||= name === 'rPh' // how a text is pronounced, which Japanese Excel adds
    },
    text(text) {
      if (isText) value += text
    },
    close(name) {
      if (name === 'si') texts.push(unescaped(value))
      isText = false
      if (name === 'rPh') isPhonetic = false
    },
  })
  return texts
}

function numberStylesOf(parts: Package, part: string): NumberStyle[] {
  const codeById = new Map<string, string>()
  const styles: NumberStyle[] = []
  let isCellFormats = false
  readPart(parts, part, {
    open(name, { numFmtId = '0', formatCode = '' }) {
      if (name === 'numFmt') codeById.set(numFmtId, formatCode)
      else if (name === 'cellXfs') isCellFormats = true
      else if (name === 'xf' && isCellFormats) styles.push(numberStyle(Number(numFmtId), codeById.get(numFmtId)))
    },
    close(name) {
      if (name === 'cellXfs') isCellFormats = false
    },
  })
  return styles
}
