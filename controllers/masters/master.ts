import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { Lease } from '../../api/kinds/index.ts'
import type { Draft, Ref } from '../../api/resource.ts'

/** Where clients reach an API server. */
export interface Master {
  readonly scheme: 'http' | 'https'
  /** An IP address. */
  readonly address: string
  readonly port: number
}

export const leases = {
  namespace: 'kube-system',
  labels: { 'apiserver.kubernetes.io/identity': 'kubernetes-mesos' },
} as const

/** An API server has its own lease; started again at the same place it has the same. */
export const leaseRefOf = (identity: string): Ref => {
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 26)
  return { namespace: leases.namespace, name: `apiserver-${hash}` }
}

const holderOf = ({ scheme, address, port }: Master): string =>
  `${scheme}://${isIP(address) === 6 ? `[${address}]` : address}:${port}`

/** A server that has not renewed its lease for so long is dead, milliseconds. */
export const patience = 30_000

/** `now` is in milliseconds. */
export const leaseOf = (ref: Ref, master: Master, now: number): Draft<Lease> => ({
  metadata: { ...ref, labels: { ...leases.labels } },
  spec: {
    holderIdentity: holderOf(master),
    leaseDurationSeconds: patience / 1_000,
    renewTime: new Date(now).toISOString().replace('Z', '000Z'),
  },
})

/** True for the lease of an API server. */
export const isLeaseOfMaster = ({ metadata }: Lease): boolean =>
  metadata.namespace === leases.namespace &&
  Object.entries(leases.labels).every(([label, value]) => metadata.labels?.[label] === value)

/** Who holds a lease; undefined when somebody has written nonsense into it. */
export const masterOf = ({ spec }: Lease): Master | undefined => {
  const [, scheme, bracketed, plain, digits] =
    /^(https?):\/\/(?:\[(.+)\]|([^[\]:]+)):(\d{1,5})$/.exec(spec?.holderIdentity ?? '') ?? []
  const address = bracketed ?? plain ?? ''
  const port = Number(digits)
  if ((scheme !== 'http' && scheme !== 'https') || !isIP(address) || port < 1 || port > 65_535)
    return undefined
  return { scheme, address, port }
}
