/** The languages of pages: Chinese and English. */
export type Lang = 'zh' | 'en'

/** The first language of an Accept-Language header that is Chinese or English, else Chinese. */
export function acceptedLanguage(acceptLanguage: string | undefined): Lang {
  for (const range of (acceptLanguage ?? '').split(',')) {
    const tag = range.trim().toLowerCase()
    if (tag.startsWith('zh')) return 'zh'
    if (tag.startsWith('en')) return 'en'
  }
  return 'zh'
}
