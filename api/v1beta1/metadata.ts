import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { badRequest } from '../errors.ts'
import type { LegacyKind } from './legacy-kind.ts'
import { omitUndefined } from './omit.ts'
import { annotate, type Remarks, shown } from './remarks.ts'
import type { LegacyMeta } from './shapes.ts'

const root = '/api/v1beta1'

/** Link of a list, or of an object; the default namespace is not named, as in 2014. */
export const selfLink = (plural: string, { namespace, name }: { namespace?: string; name?: string } = {}) => {
  const query = namespace && namespace !== 'default' ? `?namespace=${encodeURIComponent(namespace)}` : ''
  return `${root}/${plural}${name ? `/${name}` : ''}${query}`
}

/** A revision of the store as v1beta1's number; undefined for none. */
export const revision = (resourceVersion: string | undefined): number | undefined => {
  const number = Number(resourceVersion || 0)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

/** The fields every object begins with, in the order of 2014. */
export const toMeta = (
  kind: Pick<LegacyKind, 'legacyKind' | 'plural'>,
  metadata: ObjectMeta,
): Readonly<Record<string, unknown>> =>
  omitUndefined({
    kind: kind.legacyKind,
    id: metadata.name || undefined,
    uid: metadata.uid,
    creationTimestamp: metadata.creationTimestamp ?? null,
    selfLink: selfLink(kind.plural, metadata),
    resourceVersion: revision(metadata.resourceVersion),
    apiVersion: 'v1beta1',
    namespace: metadata.namespace || undefined,
    annotations: shown(metadata.annotations),
  })

/** Checks what the body says it is, and gives its v1 metadata. Names and namespaces are the server's to fill in. */
export const fromMeta = (body: LegacyMeta, legacyKind: string, remarks: Remarks = {}): ObjectMeta => {
  if (body.kind && body.kind !== legacyKind) {
    throw badRequest(`the body is a ${body.kind}, where a ${legacyKind} is wanted`)
  }
  if (body.apiVersion && body.apiVersion !== 'v1beta1') {
    throw badRequest(`the body is of version ${body.apiVersion}, where v1beta1 is wanted`)
  }
  return omitUndefined({
    name: body.id || undefined,
    namespace: body.namespace || undefined,
    uid: body.uid || undefined,
    creationTimestamp: body.creationTimestamp || undefined,
    resourceVersion: body.resourceVersion ? String(body.resourceVersion) : undefined,
    labels: body.labels,
    annotations: annotate(body.annotations, remarks),
  })
}
