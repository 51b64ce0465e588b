import type { Attribute, DomainInfoFaultDomain, Offer } from './messages.gen.ts'

/** Mesos does not tell them: agents are of our kind, for they run the Node that we send them. */
const platform = {
  'kubernetes.io/os': process.platform,
  'kubernetes.io/arch': process.arch === 'x64' ? 'amd64' : process.arch,
}

/** The name of an agent's node: Kubernetes' names have no capitals. */
export const nodeNameOf = (hostname: string): string => hostname.toLowerCase()

export const attributePrefix = 'k8s.mesosphere.io/attribute-'

/**
 * The labels by which a node selector finds an agent: its host name, its platform in Go's words, its region and zone,
 * and its attributes under our prefix.
 */
export const agentLabels = (
  offer: Pick<Offer, 'hostname' | 'attributes' | 'domain'>,
): Record<string, string> => ({
  'kubernetes.io/hostname': nodeNameOf(offer.hostname),
  ...platform,
  ...topologyLabels(offer.domain?.fault_domain),
  ...Object.fromEntries(
    (offer.attributes ?? []).map(attribute => [`${attributePrefix}${attribute.name}`, textOf(attribute)]),
  ),
})

const topologyLabels = (domain: DomainInfoFaultDomain | undefined): Record<string, string> =>
  domain
    ? {
        'topology.kubernetes.io/region': domain.region.name,
        'topology.kubernetes.io/zone': domain.zone.name,
      }
    : {}

const textOf = ({ text, scalar, ranges, set }: Attribute): string => {
  if (text) return text.value ?? ''
  if (scalar) return String(scalar.value)
  const items = set?.item ?? ranges?.range?.map(({ begin, end }) => `${begin}-${end}`) ?? []
  // A label's value knows no commas.
  return items.join('_')
}
