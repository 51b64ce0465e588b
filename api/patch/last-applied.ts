import { countFields } from '../nesting.ts'
import type { Schema } from '../schema/schema.ts'
import { type Fields, isFields } from './json.ts'
import { difference, type FieldSet, leaf, union } from './managed-fields/field-set.ts'
import { appliedFields, compareFields } from './managed-fields/fields-of.ts'

/** The manager that kubectl applies as, unless it is told another: it goes on from its own client-side apply. */
export const kubectl = 'kubectl'

/** Where kubectl notes the configuration that it has applied client-side. */
const annotation = 'kubectl.kubernetes.io/last-applied-configuration'

const annotationsOf = (object: object): Fields => {
  const { metadata } = object as { metadata?: { annotations?: Fields } }
  return metadata?.annotations ?? {}
}

const noted = (object: object): string => {
  const text = annotationsOf(object)[annotation]
  return typeof text === 'string' ? text : ''
}

/** The fields that kubectl has applied client-side and that still are so: they are its own to change. */
export const appliedByClient = (live: object, schema: Schema | undefined): FieldSet => {
  const config = parsed(noted(live))
  if (config === undefined) return leaf
  const { changed, removed } = compareFields(live, config, schema)
  return difference(appliedFields(config, schema), union(changed, removed))
}

const parsed = (text: string): Fields | undefined => {
  try {
    const config: unknown = JSON.parse(text)
    countFields(config)
    return isFields(config) ? config : undefined
  } catch {
    // Anybody may write an annotation: then nothing has been applied.
    return undefined
  }
}

/** The object with the configuration noted, where one was noted: a client-side apply that follows goes on from it. */
export const withNote = <T extends object>(object: T, config: object): T => {
  if (noted(object) === '') return object
  const { metadata } = object as { metadata?: object }
  const { [annotation]: _, ...others } = annotationsOf(config)
  const { metadata: own } = config as { metadata?: object }
  const text = `${JSON.stringify({ ...config, metadata: { ...own, annotations: others } })}\n`
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...annotationsOf(object), [annotation]: text } },
  }
}
