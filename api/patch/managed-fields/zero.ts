import type { Schema } from '../../schema/schema.ts'

/**
 * An object of the type before anything is set. Go's structs hold some fields by value: those are there from the
 * start, so nobody comes to own them, only what is in them. Kubernetes' definitions tell of the required ones only.
 */
export const zeroOf = (schema: Schema): unknown => {
  const known = zeros.get(schema)
  if (known !== undefined) return known
  const { properties = {}, required = [], definition = '' } = schema
  const ofKind = byValueIn[definition] ?? []
  const zero: Record<string, unknown> = {}
  for (const [key, each] of Object.entries(properties)) {
    if (required.includes(key) || byValue.has(key) || ofKind.includes(key)) zero[key] = zeroValue(each)
  }
  zeros.set(schema, zero)
  return zero
}

const zeros = new WeakMap<Schema, object>()

const byValue = new Set([
  'metadata',
  'spec',
  'status',
  'strategy',
  'updateStrategy',
  'loadBalancer',
  'source',
])

/** Of these types only. */
const byValueIn: Readonly<Record<string, readonly string[]>> = {
  'io.k8s.api.apps.v1.ReplicaSetSpec': ['template'],
  'io.k8s.api.core.v1.PodTemplate': ['template'],
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec': ['resources'],
}

const zeroValue = (schema: Schema): unknown => {
  if (schema['x-kubernetes-int-or-string']) return 0
  switch (schema.type) {
    case 'object':
      return schema.properties ? zeroOf(schema) : null
    case 'string':
      return schema.format === 'date-time' ? null : ''
    case 'integer':
    case 'number':
      return 0
    case 'boolean':
      return false
    default:
      return null
  }
}
