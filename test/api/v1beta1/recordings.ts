import { readFileSync } from 'node:fs'
import type { Draft, Resource } from '../../../api/resource.ts'
import { legacyKinds } from '../../../api/v1beta1/index.ts'

export type Json = Readonly<Record<string, unknown>>

interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown }
  readonly response: { readonly status: number; readonly location: string | null; readonly body: Json }
}

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(`test/fixtures/kubernetes/v1beta1/${name}.json`, 'utf8'))

export const exchanges = fixture('exchanges') as readonly Exchange[]
const watches = fixture('watches') as Readonly<Record<string, { readonly raw: string }>>

export const kindOf = (legacyKind: unknown) => {
  const kind = legacyKinds.find(each => each.legacyKind === legacyKind)
  if (!kind) throw new Error(`no legacy kind ${legacyKind}`)
  return kind
}

/** Every object the server of 2014 answered or sent in a watch. */
export const recordedObjects: readonly Json[] = [
  ...exchanges.map(({ response }) => response.body),
  ...Object.values(watches).flatMap(({ raw }) =>
    raw
      .split('\n')
      .filter(Boolean)
      .map(line => (JSON.parse(line) as { object: Json }).object),
  ),
].filter(body => legacyKinds.some(({ legacyKind }) => legacyKind === body.kind))

/** Every list the server answered. */
export const recordedLists: readonly Json[] = exchanges
  .map(({ response }) => response.body)
  .filter(({ kind }) => typeof kind === 'string' && kind.endsWith('List') && kind !== 'ServerOpList')

/** What a server would store of a draft: its own metadata, v1's defaults, its own status. */
export const stored = (legacyKind: string, draft: Draft<Resource>, answer: Json): Resource => {
  const { kind } = kindOf(legacyKind)
  const body = JSON.parse(JSON.stringify(draft)) as Draft<Resource>
  kind.strategy.default?.(body)
  const resource = {
    apiVersion: 'v1',
    kind: kind.kind,
    ...body,
    metadata: {
      ...body.metadata,
      name: body.metadata.name ?? (answer.uid as string),
      uid: answer.uid as string,
      creationTimestamp: answer.creationTimestamp as string,
      resourceVersion: String(answer.resourceVersion ?? ''),
      ...(typeof answer.namespace === 'string' && { namespace: answer.namespace }),
    },
  }
  if (legacyKind === 'Pod') return { ...resource, status: { phase: 'Pending' } } as Resource
  if (legacyKind === 'Service') {
    const spec = (resource as unknown as { spec: object }).spec
    return { ...resource, spec: { ...spec, clusterIP: answer.portalIP } } as Resource
  }
  return resource
}
