import { join } from 'node:path'
import type { Client } from '../client.ts'
import { installed } from '../installed.ts'
import { reportedCases } from '../reported-cases.ts'

/** Debian's: a Python of the user's own does not see its packages. */
const python = '/usr/bin/python3'

const names = [
  'pods: create, read, list, patch, replace, delete',
  'deployments: create, scale, patch, status, delete',
  'config maps: create, replace with an old revision, delete a collection',
  'watch: from a list on, and once more from a revision',
  'lists in pieces',
  'dynamic client: discovery, create, get, server-side apply, watch, delete',
  'custom objects: definition, create, patch, status, list, delete',
  'utils.create_from_yaml, and what is there already',
  'leader election: one of two leads, and the other after it',
  'errors: not found, already exists, invalid',
  'version, APIs, resources',
]

export const pythonClient: Client = {
  name: 'Python: kubernetes',
  cases: reportedCases(names, ({ path }) => [path, join(import.meta.dirname, 'cases.py')]),
  installations: () => installed(python, ['-c', 'import kubernetes; print(kubernetes.__version__)']),
}
