import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DataDirInUse, lockDataDir } from '../../bin/lock.ts'
import { tempDir } from '../support/temp.ts'

test('a folder is held by one process at a time', () => {
  const dir = join(tempDir('lock'), 'made', 'on the way')
  const release = lockDataDir(dir, 'data_dir')
  assert.throws(
    () => lockDataDir(dir, 'data_dir'),
    (error: unknown) => error instanceof DataDirInUse && error.message.includes(String(process.pid)),
  )
  release()
  lockDataDir(dir, 'data_dir')()
  assert.not.ok(existsSync(join(dir, 'lock')))
})

test('the lock of a process that is gone does not count, nor that of another with its pid', () => {
  const dir = tempDir('lock')
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  for (const stale of [`${gone} 12345`, `${process.pid} 1`, '']) {
    writeFileSync(join(dir, 'lock'), stale)
    lockDataDir(dir, 'data_dir')()
  }
})

test.run()
