import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Client } from '../client.ts'
import { election } from './election.ts'
import { following } from './following.ts'
import { objects } from './objects.ts'

const manifest = new URL('../package.json', import.meta.resolve('@kubernetes/client-node'))

/** One of our dev dependencies: its cases run in this process. */
export const clientNode: Client = {
  name: 'TypeScript: @kubernetes/client-node',
  cases: [...objects, ...following, ...election],
  installations: () => {
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
    return [{ version, path: fileURLToPath(manifest) }]
  },
}
