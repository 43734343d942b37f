/** Indexes into the cell formats (`cellXfs`) of `stylesXml`. */
export const styles = { text: 0, header: 1, date: 2, quoted: 3 } as const

const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const mainNamespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relationsNamespace = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packageNamespace = 'http://schemas.openxmlformats.org/package/2006'
const officeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const stylesXml = `${xmlDeclaration}<styleSheet xmlns="${mainNamespace}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs></styleSheet>`

/**
 * Returns the XML files of a workbook other than its sheets, by path. `names` are the names of the sheets, which are in the files
 * xl/worksheets/sheet1.xml, sheet2.xml and so on.
 */
export function sharedFiles(names: readonly string[]): Record<string, string> {
  const each = (text: (name: string, number: number) => string) => names.map((name, index) => text(name, index + 1)).join('')
  const relation = (id: string | number, type: string, target: string) =>
    `<Relationship Id="r${id}" Type="${relationsNamespace}/${type}" Target="${target}"/>`
  return {
    'xl/workbook.xml': `${xmlDeclaration}<workbook xmlns="${mainNamespace}" xmlns:r="${relationsNamespace}"><sheets>${each(
      (name, number) => `<sheet name="${escapeText(name).replaceAll('"', '&quot;')}" sheetId="${number}" r:id="r${number}"/>`,
    )}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${xmlDeclaration}<Relationships xmlns="${packageNamespace}/relationships">${each((_, number) =>
      relation(number, 'worksheet', `worksheets/sheet${number}.xml`),
    )}${relation('styles', 'styles', 'styles.xml')}</Relationships>`,
    'xl/styles.xml': stylesXml,
    '_rels/.rels': `${xmlDeclaration}<Relationships xmlns="${packageNamespace}/relationships">${relation('book', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    '[Content_Types].xml': `${xmlDeclaration}<Types xmlns="${packageNamespace}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${officeType}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${officeType}.styles+xml"/>${each(
      (_, number) => `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${officeType}.worksheet+xml"/>`,
    )}</Types>`,
  }
}

/**
 * Escapes a text for XML. A character that XML does not allow becomes `_x0001_`, as in Excel's files; an underscore of a text that looks
 * like this already is escaped too.
 */
export const escapeText = (text: string) =>
  text
    .toWellFormed()
    .replaceAll(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
    .replaceAll(
      /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g,
      (character) => `_x${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

/** Returns an XML attribute; nothing if the value is the default, 0. */
export const attribute = (name: string, value: number) => (value === 0 ? '' : ` ${name}="${value}"`)
