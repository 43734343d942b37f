/** A file that cannot be read or used as asked. `message` is in English, `zh` the same in Chinese. */
export class FileError extends Error {
  override name = 'FileError'
  readonly zh: string
  constructor(en: string, zh: string, options?: ErrorOptions) {
    super(en, options)
    this.zh = zh
  }
}
