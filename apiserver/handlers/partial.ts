import type { Resource } from '../../api/resource.ts'

/** An object's metadata as JSON, made once for as long as the object lives. */
const metadataText = (object: Resource): string => {
  const known = texts.get(object)
  if (known !== undefined) return known
  const text = JSON.stringify(object.metadata)
  texts.set(object, text)
  return text
}

const texts = new WeakMap<Resource, string>()

/** `PartialObjectMetadata`: what a client gets who only wants to know of the object. */
export const partialText = (object: Resource, apiVersion: string): string =>
  `{"kind":"PartialObjectMetadata","apiVersion":"${apiVersion}","metadata":${metadataText(object)}}`
