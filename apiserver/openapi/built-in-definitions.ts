import { type Description, readDescriptions } from '../../api/schema/descriptions.ts'
import { readDefinitions } from '../../api/schema/schema.ts'
import { common } from './common-fields.ts'
import type { Definition } from './definitions.ts'

/** Kubernetes' own definitions with their prose, by name: `io.k8s.api.core.v1.Pod`. */
export const builtInDefinitions = (): Record<string, Definition> => {
  const descriptions = readDescriptions()
  const definitions = Object.entries(readDefinitions() as Readonly<Record<string, Definition>>)
  return Object.fromEntries(definitions.map(([name, each]) => [name, described(each, descriptions[name])]))
}

const { apiVersion, kind } = common('ObjectMeta')

/** What every kind has is described nowhere else. */
const typeMeta: Readonly<Record<string, string>> = {
  apiVersion: apiVersion.description,
  kind: kind.description,
}

const described = (definition: Definition, { about, fields }: Description = {}): Definition => {
  const { properties } = definition
  const isKind = definition['x-kubernetes-group-version-kind'] !== undefined
  const describedField = ([field, type]: readonly [string, Definition]) => {
    const description = fields?.[field] ?? (isKind ? typeMeta[field] : undefined)
    return [field, description === undefined ? type : { description, ...type }] as const
  }
  return {
    ...(about && { description: about }),
    ...definition,
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(describedField)) }),
  }
}
