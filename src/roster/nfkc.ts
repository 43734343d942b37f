/** Characters of the longest text that means a mobile, a name of a class or a word such as "yes", in UTF-16 code units. */
const mostCharacters = 64

/**
 * A text in Unicode's form NFKC, in which full-width characters equal ordinary ones. A longer text than 64 characters is returned as it is:
 * `normalize` takes quadratic time for combining marks, 0.6 s for the 32,767 characters that a cell of a roster may have.
 */
export const nfkc = (text: string): string => (text.length > mostCharacters ? text : text.normalize('NFKC'))
