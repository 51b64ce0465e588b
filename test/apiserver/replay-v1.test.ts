import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseIPv4Net } from '../../apiserver/allocation/ipv4-net.ts'
import { eventually } from '../support/eventually.ts'
import { createTranslator, differences } from './recorded-replay.ts'
import { startServer } from './running-server.ts'

interface Exchange {
  readonly request: {
    readonly method: string
    readonly path: string
    readonly accept?: string
    readonly content_type?: string
    readonly body?: unknown
  }
  readonly response: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body: unknown
  }
}

const exchanges: readonly Exchange[] = JSON.parse(
  readFileSync('test/fixtures/kubernetes/transcripts/exchanges.json', 'utf8'),
)

/** Texts of Go's decoder and differ: ours say the same in other words. */
const otherWords: Readonly<Record<number, RegExp>> = {
  6: /quantities must match the regular expression/,
  19: /pod updates may not change fields other than/,
  35: /^invalid continue token: continue key is not valid: /,
}

const portalNet = parseIPv4Net('10.0.0.0/24')
assert.ok(portalNet)
const server = await startServer({ portalNet })
test.after(() => server.stop())
const translate = createTranslator()

const send = async ({
  method,
  path,
  accept,
  content_type = 'application/json',
  body,
}: Exchange['request']) => {
  const sent = typeof body === 'string' ? body : JSON.stringify(translate.body(body))
  const answer = await fetch(server.url + translate.path(path), {
    method,
    headers: { ...(accept && { accept }), 'content-type': content_type, 'user-agent': 'transcript' },
    ...(body !== undefined && { body: sent }),
  })
  const text = await answer.text()
  const type = answer.headers.get('content-type')
  return {
    status: answer.status,
    type,
    body: (type === 'application/json' ? JSON.parse(text) : text) as unknown,
  }
}

/** The recording leaves out how the pods of the paging came to be. */
const pagedPods = async (): Promise<void> => {
  for (const name of ['l0', 'l1', 'l2', 'l3', 'l4']) {
    const spec = { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'nginx' }] }
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { list: 'y' } }, spec }
    const { status } = await send({ method: 'POST', path: '/api/v1/namespaces/default/pods', body })
    assert.is(status, 201)
  }
}

const definition = '/customresourcedefinitions/caches.example.com'

/** The recording had waited for that. */
const established = (request: Exchange['request']): Promise<unknown> =>
  eventually('established', async () => /"InitialNamesAccepted"/.test(JSON.stringify(await send(request))))

/** Generated names differ, and so do ages. */
const normal = (value: unknown): unknown =>
  modern(
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(/\bg-[a-z0-9]{5}\b/g, 'g-?')
        .replaceAll(/"\d+s"/g, '"?s"'),
    ),
  )

type Owned = { [element: string]: Owned }
type Entry = { manager: string; operation: string; apiVersion: string; subresource?: string; fieldsV1: Owned }

const isOfCustom = ({ apiVersion }: Entry): boolean =>
  /^(apiextensions\.k8s\.io|example\.com)\//.test(apiVersion)

/** Entries that are not told of: of a first status, and of what is younger than the recording. */
const nobodys = ['{"f:status":{"f:phase":{}}}', '{"f:metadata":{"f:labels":{".":{}}}}']

/** Go wrote times that are not set as null, and counted them; a selector's labels are owned as one since 1.21. */
const modernFields = (fields: Owned): Owned =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(
        ([element]) =>
          !/^f:(creationTimestamp|lastProbeTime|lastTransitionTime)$/.test(element) && !young.test(element),
      )
      .map(([element, inner]) => [element, element === 'f:selector' ? {} : modernFields(inner)]),
  )

/** The recorded server did not tell subresources apart, and counted a first status as its maker's, even one that it dropped. */
const modernEntries = (entries: readonly Entry[]): unknown => {
  const merged = new Map<string, Entry>()
  for (const { subresource: _, ...entry } of entries) {
    const key = `${entry.manager} ${entry.operation}`
    const fieldsV1 = { ...merged.get(key)?.fieldsV1, ...modernFields(entry.fieldsV1) }
    if (key === 'transcript Update' && isOfCustom(entry)) delete fieldsV1['f:status']
    // Conditions of definitions were owned as one.
    const { 'f:status': status } = fieldsV1
    if (isOfCustom(entry) && status?.['f:conditions'])
      fieldsV1['f:status'] = { ...status, 'f:conditions': {} }
    merged.set(key, { ...entry, fieldsV1 })
  }
  const all = [...merged.values()]
  return all.every(({ fieldsV1 }) => nobodys.includes(JSON.stringify(fieldsV1))) ? undefined : all
}

/** Fields of services, and a label of namespaces, that are younger than the recording. */
const young = /^(f:)?(internalTrafficPolicy|ipFamilies|ipFamilyPolicy|kubernetes\.io\/metadata\.name)$/

const modern = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(modern)
  if (typeof value !== 'object' || value === null) return value
  const isYoung = (key: string): boolean => young.test(key)
  const entries = Object.entries(value).filter(
    ([key, each]) => !isYoung(key) && !(key === 'labels' && Object.keys(each).every(isYoung)),
  )
  return Object.fromEntries(
    entries.map(([key, each]) => [key, key === 'managedFields' ? modernEntries(each) : modern(each)]),
  )
}

/** Pods have generations since 1.33. */
const ofGenerations = ({ path }: Exchange['request'], difference: string): boolean =>
  path.includes('/pods') && /\.metadata\.generation: nothing but \d$/.test(difference)

for (const [index, { request, response }] of exchanges.entries()) {
  const name = `${index}: ${request.method} ${request.path}`
  test(name, async () => {
    if (request.path.includes('?limit=2&label') && !request.path.includes('continue')) await pagedPods()
    if (request.path.endsWith(definition) && request.method === 'GET') await established(request)
    const { status, type, body } = await send(request)
    assert.is(status, response.status, JSON.stringify(body))
    assert.is(type, response.headers['Content-Type'])
    translate.learn(response.body, body)
    const words = otherWords[index]
    const found = differences(normal(response.body), normal(body)).filter(
      each => !(words && /^\.(details\.causes\.\d+\.)?message:/.test(each)) && !ofGenerations(request, each),
    )
    assert.equal(found, [])
    if (words) assert.match((body as { message: string }).message, words)
  })
}

test.run()
