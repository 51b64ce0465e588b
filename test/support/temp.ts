import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new empty folder; it goes when the test process ends. */
export const tempDir = (name: string): string => {
  const dir = mkdtempSync(join(tmpdir(), `${name}-`))
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }))
  return dir
}
