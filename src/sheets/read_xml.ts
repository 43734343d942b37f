import sax from 'sax'

/** What is called while an XML file is read. Names are without namespace prefix: `x:row` is `row`. */
export type XmlHandlers = {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void
  readonly text?: (text: string) => void
  readonly close?: (name: string) => void
}

/** Number of bytes that are decoded and parsed at once. */
const sliceSize = 65_536
/** The parser has no limits of its own for these. A sheet's XML is five levels deep, and a tag has some ten attributes. */
const maxDepth = 100
const maxAttributes = 200

/**
 * Reads an XML file, and calls the handlers in the order of the file. It yields after each 64 kB, so that the caller can stop early.
 * Throws an error that names `name` if the XML is malformed, if it has more than 100 levels, or if a tag has more than 200 attributes or
 * one of more than 64 kB.
 *
 * The parser is strict, expands no entities but XML's own five, and takes linear time whatever the input: decisions/spreadsheets.md.
 */
export function* readXml(bytes: Buffer, name: string, { open, text, close }: XmlHandlers): Generator<void> {
  // without positions the parser would not check its limit of 64 kB either
  const parser = sax.parser(true, { position: true })
  const fail = (why: string) => {
    throw new Error(`${name} cannot be read: ${why}`)
  }
  let depth = 0
  let attributeCount = 0
  parser.onerror = ({ message }) => fail(message.split('\n')[0] as string)
  parser.onattribute = () => {
    if (++attributeCount > maxAttributes) fail(`more than ${maxAttributes} attributes`)
  }
  parser.onopentag = ({ name, attributes }) => {
    attributeCount = 0
    if (++depth > maxDepth) fail(`more than ${maxDepth} levels`)
    open?.(localName(name), attributes as Record<string, string>)
  }
  parser.onclosetag = (name) => {
    depth--
    close?.(localName(name))
  }
  parser.ontext = (each) => text?.(each)
  parser.oncdata = (each) => text?.(each)
  const decoder = new TextDecoder(encodingOf(bytes))
  for (let at = 0; at < bytes.length; at += sliceSize) {
    parser.write(decoder.decode(bytes.subarray(at, at + sliceSize), { stream: true }))
    yield
  }
  parser.close()
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1)

/** UTF-8, or UTF-16 where the file begins with the byte-order mark of it. */
function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
