import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from './client.ts'
import { reportedCases } from './reported-cases.ts'

const source = join(import.meta.dirname, 'client-go')

const names = [
  "discovery: the server's version",
  'discovery: aggregated and by group tell the same',
  'discovery: OpenAPI v3 has every group and version',
  'discovery: OpenAPI v2 in protobuf',
  'restmapper: kinds, resources and short names',
  'scale: read and written through its subresource',
  'encoding: JSON',
  'encoding: protobuf, or JSON in the answer',
  'encoding: what client-go chooses itself',
  'encoding: CBOR wished for, JSON taken',
  'informer: all that changes, by WatchList',
  'informer: all that changes, by list and watch',
  'informer: WatchList in protobuf',
  'informer: list and watch in protobuf',
  'informer: goes on over a lost connection, by WatchList',
  'informer: goes on over a lost connection, by list and watch',
  'informer: objects enter and leave a label selector',
  'informer: objects enter and leave a field selector',
  'informer: metadata alone, by WatchList',
  'informer: metadata alone, by list and watch',
  'write: errors are told by their reason',
  'write: a conflict is retried until it is none',
  'write: warnings of unknown fields, and Strict',
  'write: a dry run stores nothing',
  'write: finalizers hold what is deleted',
  'apply: owners, conflict, force, removal',
  'apply: extracted, changed and applied again',
  'apply: status',
  'list: pages, each once',
  'list: at a revision, exactly and not older than',
  'list: a continue token of nonsense is refused',
  "watch: from a list's revision on",
  'watch: WatchList ends its initial events with a bookmark',
  'watch: RetryWatcher',
  'watch: UntilWithSync',
  'custom resources: defined, mapped, made, applied, followed',
  'custom resources: what the schema does not allow',
  'custom resources: status and scale',
  'leader election: one leads, and hands over',
  'leader election: one that dies is followed',
  'events: the recorder of v1 counts what repeats',
  'events: the recorder of events.k8s.io/v1',
  'reviews: may I, and who am I',
  'namespaces: a service account by default',
]

const { CLIENT_GO_TESTS: binary } = process.env

/** The program of the folder client-go, where CLIENT_GO_TESTS says that it has been built. */
export const clientGo: Client = {
  name: 'Go: client-go',
  cases: reportedCases(names, ({ path }) => [path]),
  installations() {
    const [, version = ''] =
      /k8s\.io\/client-go v(\S+)/.exec(readFileSync(join(source, 'go.mod'), 'utf8')) ?? []
    return binary ? [{ version, path: binary }] : []
  },
}
