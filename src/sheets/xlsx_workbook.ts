import { readXml, type XmlHandlers } from './read_xml.ts'
import type { Unzipped } from './unzip.ts'
import { type CellForm, isDateFormat, unescaped } from './xlsx_cells.ts'

/** The parts of a workbook other than its sheets. */

type Attributes = Readonly<Record<string, string>>

/** Reads a part completely. Does nothing if the workbook does not have it. */
function readPart(files: Unzipped, path: string, handlers: XmlHandlers): void {
  const bytes = files.get(path)?.()
  if (bytes) for (const _ of readXml(bytes, path, handlers));
}

/** A sheet, and the path of its file. */
type SheetPart = { readonly name: string; readonly path: string }

/**
 * Returns the sheets of a workbook that are not hidden, in order, and what their cells refer to.
 * Throws an error if the workbook does not say which file a sheet is in.
 */
export function readWorkbook(files: Unzipped): { sheets: SheetPart[]; form: CellForm } {
  const visible: { name: string; id: string }[] = []
  let is1904 = false
  readPart(files, 'xl/workbook.xml', {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = attributes.date1904 === '1' || attributes.date1904 === 'true'
      if (name !== 'sheet' || /^(veryH|h)idden$/.test(attributes.state ?? '')) return
      visible.push({ name: attributes.name ?? '', id: prefixedValue(attributes, 'id') })
    },
  })
  const pathById = new Map<string, string>()
  readPart(files, 'xl/_rels/workbook.xml.rels', {
    open(name, { Id, Target }) {
      if (name === 'Relationship' && Id && Target) pathById.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`)
    },
  })
  const sheets = visible.map(({ name, id }) => {
    const path = pathById.get(id)
    if (path === undefined) throw new Error(`xl/_rels/workbook.xml.rels does not say which file the sheet ${JSON.stringify(name)} is in`)
    return { name, path }
  })
  return { sheets, form: { sharedTexts: sharedTextsOf(files), isDateStyle: dateStylesOf(files), is1904 } }
}

/** The value of the attribute with this name and a namespace prefix, which is usually `r:`. */
const prefixedValue = (attributes: Attributes, name: string) =>
  Object.entries(attributes).find(([each]) => each.endsWith(`:${name}`))?.[1] ?? ''

function sharedTextsOf(files: Unzipped): string[] {
  const texts: string[] = []
  let value = ''
  let isText = false
  let isPhonetic = false
  readPart(files, 'xl/sharedStrings.xml', {
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

function dateStylesOf(files: Unzipped): boolean[] {
  const codeById = new Map<string, string>()
  const isDateStyle: boolean[] = []
  let isCellFormats = false
  readPart(files, 'xl/styles.xml', {
    open(name, { numFmtId = '0', formatCode = '' }) {
      if (name === 'numFmt') codeById.set(numFmtId, formatCode)
      else if (name === 'cellXfs') isCellFormats = true
      else if (name === 'xf' && isCellFormats) isDateStyle.push(isDateFormat(Number(numFmtId), codeById.get(numFmtId)))
    },
    close(name) {
      if (name === 'cellXfs') isCellFormats = false
    },
  })
  return isDateStyle
}
