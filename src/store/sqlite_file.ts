import { chmodSync, statSync } from 'node:fs'

/**
 * Makes a database readable by its owner alone, with its `-wal` and `-shm`, to which SQLite gives the mode of the file. New files have
 * that mode from the first byte, because the command sets the umask; files made before that were readable by everybody.
 */
export function restrictToOwner(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`])
    try {
      if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
    } catch (error) {
      // files that are missing, or that another user owns
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'EPERM') throw error
    }
}

/**
 * Returns a function that checks, in 2 µs, that the path of an open database still leads to the file that was opened. It throws where the file
 * was deleted or replaced: SQLite would go on writing to the deleted file, and lose everything when it closes it.
 */
export function fileGuard(file: string): () => void {
  const opened = statSync(file)
  return () => {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found?.ino !== opened.ino || found.dev !== opened.dev)
      throw new Error(`${file}: the database file was deleted or replaced while it was open; nothing more is written to it`)
  }
}
