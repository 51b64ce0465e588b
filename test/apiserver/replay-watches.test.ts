import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Meta } from '../../api/resource.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { createTranslator, differences } from './recorded-replay.ts'
import { startServer } from './running-server.ts'
import { type Line, openWatch } from './watch-lines.ts'

interface RecordedWatch {
  readonly path: string
  readonly accept: string
  readonly status: number
  readonly content_type: string
  readonly events: readonly Line[]
}

interface Exchange {
  readonly request: {
    readonly method: string
    readonly path: string
    readonly content_type?: string
    readonly body?: unknown
  }
  readonly response: { readonly body: unknown }
}

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(`test/fixtures/kubernetes/transcripts/${name}.json`, 'utf8'))

/** The recorded server marked a pod that goes at once, and then removed it: ours does both in one write. */
const isMark = ({ type, object }: Line): boolean =>
  type === 'MODIFIED' && metadataOf(object).deletionGracePeriodSeconds === 0

const metadataOf = (object: Line['object']): Partial<Meta> =>
  (object as { rows?: { object: Line['object'] }[] }).rows?.[0]?.object.metadata ?? object.metadata ?? {}

const watches = Object.fromEntries(
  Object.entries(read<Record<string, RecordedWatch>>('watches')).map(([name, watch]) => [
    name,
    { ...watch, events: watch.events.filter(event => !isMark(event)) },
  ]),
)
const exchanges = read<readonly Exchange[]>('exchanges')

const clock = new ManualClock()
const { url, stop } = await startServer({ clock })
test.after(stop)
const translate = createTranslator()
const pods = '/api/v1/namespaces/default/pods'

const send = async ({ method, path, content_type = 'application/json', body }: Exchange['request']) => {
  const answer = await fetch(url + translate.path(path), {
    method,
    headers: { 'content-type': content_type, 'user-agent': 'transcript' },
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : JSON.stringify(translate.body(body)),
    }),
  })
  const text = await answer.text()
  return text.startsWith('{') ? (JSON.parse(text) as { metadata?: { resourceVersion?: string } }) : text
}

const list = () => send({ method: 'GET', path: pods })

const revision = async (): Promise<string> => {
  const answer = await list()
  return typeof answer === 'string' ? '' : (answer.metadata?.resourceVersion ?? '')
}

/** The marks of the pod that was removed, see above; who owns what is compared elsewhere; pods have generations since 1.33. */
const others = ['managedFields', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation']

/** Go wrote the fields of a pod that are never left out into a bookmark, too. */
const withoutSpec = (line: Line): object =>
  line.type === 'BOOKMARK'
    ? { ...line, object: { ...line.object, spec: undefined, status: undefined } }
    : line

/** What is to be the same; ages differ. */
const comparable = (lines: readonly Line[]): unknown =>
  JSON.parse(
    JSON.stringify(lines.map(withoutSpec), (key, value) => (others.includes(key) ? undefined : value))
      .replaceAll(/"\d+s"/g, '"?s"')
      .replaceAll('"Terminating"', '"Pending"'),
  )

const spec = { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'nginx' }] }

test('a watch from the beginning tells all that has happened, in order', async () => {
  const start = await revision()
  for (const { request, response } of exchanges) {
    // The recording leaves out how the pods of the paging came to be.
    if (request.path.includes('?limit=2&label') && !request.path.includes('continue')) {
      for (const name of ['l0', 'l1', 'l2', 'l3', 'l4']) {
        const body = { metadata: { name, labels: { list: 'y' } }, spec }
        await send({ method: 'POST', path: pods, body })
      }
    }
    translate.learn(response.body, await send(request))
  }
  const recorded = watches.expired?.events.filter(({ object }) => object.metadata?.name !== 'wt') ?? []
  const watch = await openWatch(`${url}${pods}?watch=1&resourceVersion=${start}`)
  const lines = await watch.has(recorded.length)
  assert.equal(
    lines.map(({ type, object }) => `${type} ${object.metadata?.name}`),
    recorded.map(({ type, object }) => `${type} ${object.metadata?.name}`),
  )
  assert.equal(differences(comparable(recorded), comparable(lines)), [])
  watch.cut()
})

test('watches of all kinds tell what was recorded', async () => {
  const start = await revision()
  const { expired: _, future, ...open } = watches
  const following = await Promise.all(
    Object.entries(open).map(async ([name, { path, accept, status, content_type, events }]) => {
      const at = path.replace('resourceVersion=111', `resourceVersion=${start}`)
      const watch = await openWatch(url + at, { accept })
      const { statusCode, headers } = watch.response
      assert.equal([statusCode, headers['content-type']], [status, content_type], name)
      return { name, events, watch }
    }),
  )
  await send({ method: 'POST', path: pods, body: { metadata: { name: 'wt', labels: { k: 'v' } }, spec } })
  for (const k of ['w', 'v']) {
    const content_type = 'application/merge-patch+json'
    await send({ method: 'PATCH', path: `${pods}/wt`, content_type, body: { metadata: { labels: { k } } } })
  }
  await send({ method: 'DELETE', path: `${pods}/wt` })
  await Promise.all(following.map(({ watch }) => watch.has(4)))
  // A watch ends with a bookmark, if it wants them.
  clock.advance(6_000)
  for (const { name, events, watch } of following) {
    const lines = await watch.ended()
    assert.equal(
      lines.map(({ type }) => type),
      events.map(({ type }) => type),
      name,
    )
    assert.equal(differences(comparable(events), comparable(lines)), [], name)
  }
  // The recorded server waited for what is to come; today's says at once that it is.
  const answer = await fetch(url + future?.path)
  assert.is(answer.status, 504)
})

test.run()
