import type { Attribute, Offer } from './messages.gen.ts'

/** The labels by which a node selector finds an agent: its host name, and its attributes under our prefix. */
export const attributeLabels = (offer: Pick<Offer, 'hostname' | 'attributes'>): Record<string, string> => ({
  'kubernetes.io/hostname': offer.hostname,
  ...Object.fromEntries(
    (offer.attributes ?? []).map(attribute => [
      `k8s.mesosphere.io/attribute-${attribute.name}`,
      textOf(attribute),
    ]),
  ),
})

const textOf = ({ text, scalar, ranges, set }: Attribute): string => {
  if (text) return text.value ?? ''
  if (scalar) return String(scalar.value)
  const items = set?.item ?? ranges?.range?.map(({ begin, end }) => `${begin}-${end}`) ?? []
  // A label's value knows no commas.
  return items.join('_')
}
