import { acceptedLanguage, type Lang } from '../../request/language.ts'
import { attendanceTexts } from './attendance.ts'
import { commonTexts } from './common.ts'
import { livingTexts } from './livings.ts'
import { schoolTexts } from './school.ts'

/** Every text of the console, in Chinese and English. */
const texts = { ...attendanceTexts, ...commonTexts, ...livingTexts, ...schoolTexts }

export type { Lang } from '../../request/language.ts'
/** The key of a text. */
export type Text = keyof typeof texts
export const isText = (key: string): key is Text => Object.hasOwn(texts, key)
/** Returns a text in one language. `values` replaces its placeholders: `{n}` by the value of `n`. */
export type Say = (text: Text, values?: Readonly<Record<string, string | number>>) => string

export const sayIn = (lang: Lang): Say => {
  const column = lang === 'zh' ? 0 : 1
  return (text, values) => {
    const template = texts[text][column]
    return values ? template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder)) : template
  }
}

/**
 * The language of a request: the language cookie's, else the first in the Accept-Language header that is Chinese or English, else Chinese.
 */
export function languageOf(cookie: string | undefined, acceptLanguage: string | undefined): Lang {
  return cookie === 'zh' || cookie === 'en' ? cookie : acceptedLanguage(acceptLanguage)
}
