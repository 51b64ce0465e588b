import type { IRequestOp, ITxnRequest, ITxnResponse } from 'etcd3'
import type { Outcome, Write } from '../group-commit.ts'
import { KeyExists, RevisionMismatch } from '../store.ts'
import type { Keyspace } from './keyspace.ts'

/**
 * What etcd accepts in one transaction with its default --max-txn-ops=128 and --max-request-bytes=1.5 MiB: it counts
 * each nested transaction, and one more for what is inside.
 */
export const transactionLimits = { writes: 127, bytes: 1 << 20 }

/** One transaction of many: each write is nested, with a comparison of its own, and fails alone. */
export const transactionOf = (batch: readonly Write[], keys: Keyspace): ITxnRequest => ({
  success: batch.map(write => ({ request_txn: nested(write, keys.encode(write.key)) })),
})

const nested = (write: Write, key: Buffer): ITxnRequest => ({
  compare: [{ key, target: 'Mod', result: 'Equal', mod_revision: expectedOf(write) }],
  success: [operation(write, key)],
  failure: write.type === 'create' ? [] : [{ request_range: { key } }],
})

/** A missing key has revision 0 in etcd, so only a creation may expect that; -1 is never there. */
const expectedOf = (write: Write): number => (write.type === 'create' ? 0 : write.expected || -1)

const operation = (write: Write, key: Buffer): IRequestOp => {
  if (write.type === 'delete') return { request_delete_range: { key } }
  const { buffer, byteOffset, byteLength } = write.value
  return { request_put: { key, value: Buffer.from(buffer, byteOffset, byteLength) } }
}

export const outcomesOf = (batch: readonly Write[], response: ITxnResponse, keys: Keyspace): Outcome[] => {
  const revision = Number(response.header.revision)
  return batch.map((write, index) => {
    const result = response.responses[index]?.response_txn
    if (!result) throw new Error(`etcd's answer has nothing about ${write.key}`)
    if (result.succeeded) return revision
    if (write.type === 'create') return new KeyExists(write.key)
    const current = result.responses[0]?.response_range.kvs[0]
    return new RevisionMismatch(write.key, write.expected, current && keys.entry(current))
  })
}
