import { ApiException, CoordinationV1Api, type V1Lease, V1MicroTime } from '@kubernetes/client-node'
import * as assert from 'uvu/assert'
import type { Case } from '../client.ts'
import { configFor, newNamespace } from './connect.ts'

/** This client brings no election: this is what client-go's does, one step of it. True when `identity` leads. */
const tryToLead = async (
  api: CoordinationV1Api,
  namespace: string,
  identity: string,
  read: V1Lease | undefined,
): Promise<boolean> => {
  const spec = { holderIdentity: identity, leaseDurationSeconds: 15, renewTime: new V1MicroTime() }
  try {
    if (!read) await api.createNamespacedLease({ namespace, body: { metadata: { name: 'lock' }, spec } })
    else await api.replaceNamespacedLease({ namespace, name: 'lock', body: { ...read, spec } })
    return true
  } catch (error) {
    if (error instanceof ApiException && error.code === 409) return false
    throw error
  }
}

export const election: readonly Case[] = [
  {
    name: 'election on a Lease: of many that try at once one leads',
    async run(cluster) {
      const config = configFor(cluster)
      const api = config.makeApiClient(CoordinationV1Api)
      const namespace = await newNamespace(config, 'node-election')
      const candidates = Array.from({ length: 8 }, (_, at) => `candidate-${at}`)
      const round = async (read: V1Lease | undefined): Promise<V1Lease> => {
        const led = await Promise.all(candidates.map(each => tryToLead(api, namespace, each, read)))
        const leaders = candidates.filter((_, at) => led[at])
        assert.is(leaders.length, 1)
        const lease = await api.readNamespacedLease({ namespace, name: 'lock' })
        assert.is(lease.spec?.holderIdentity, leaders[0])
        return lease
      }
      const first = await round(undefined)
      const second = await round(first)
      await round(second)
      assert.not.ok(await tryToLead(api, namespace, 'late', first))
    },
  },
]
