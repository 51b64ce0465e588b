import { join } from 'node:path'
import type { Client } from '../client.ts'
import { installed } from '../installed.ts'
import { reportedCases } from '../reported-cases.ts'

/** Debian's: a Ruby of the user's own does not see its packages. */
const ruby = '/usr/bin/ruby'

const names = [
  'discovery: entities of v1, apps/v1 and of a custom group',
  'pods: create, get, update, patch, delete',
  'services: selectors, namespaces, all of them at once',
  'lists in pieces',
  'watch: from a revision on, and until it is finished',
  'errors: not found, conflict',
]

export const rubyClient: Client = {
  name: 'Ruby: kubeclient',
  cases: reportedCases(names, ({ path }) => [path, join(import.meta.dirname, 'cases.rb')]),
  installations: () => installed(ruby, ['-e', 'require "kubeclient"; puts Kubeclient::VERSION']),
}
