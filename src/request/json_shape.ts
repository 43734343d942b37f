/** JSON deeper than this, or with more parts, takes `JSON.parse` and the garbage collector seconds: 4 MB of "[" took 2.4 s. */
const mostDepth = 32
/** Commas and colons outside strings. A report of 10,000 stays with all their fields has some 170,000. */
const mostSeparators = 400_000
/** Shorter JSON is parsed in less than 0.1 s whatever it holds, so it is not looked through. */
const harmlessBytes = 2 ** 18

const [quote, backslash, comma, colon, openArray, openObject, closeArray, closeObject] = [...'"\\,:[{]}'].map((text) => text.charCodeAt(0))

/** Whether JSON text in UTF-8 is shallow and small enough in parts to be parsed on the serving thread. Reads each byte once; need not be JSON. */
export function isHarmlessJson(json: Buffer): boolean {
  if (json.length < harmlessBytes) return true
  let depth = 0
  let separators = 0
  let isInString = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (isInString) {
      if (byte === backslash) at++
      else if (byte === quote) isInString = false
    } else if (byte === quote) isInString = true
    else if (byte === comma || byte === colon) separators++
    else if (byte === openArray || byte === openObject) depth++
    else if (byte === closeArray || byte === closeObject) depth--
    if (depth > mostDepth || separators > mostSeparators) return false
  }
  return true
}
