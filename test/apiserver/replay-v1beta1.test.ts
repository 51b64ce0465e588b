import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createTranslator, differences } from './recorded-replay.ts'
import { startServer } from './running-server.ts'
import { type LineWatch, openWatch } from './watch-lines.ts'

interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown }
  readonly response: {
    readonly status: number
    readonly content_type: string | null
    readonly location: string | null
    readonly body: unknown
  }
}

const exchanges: readonly Exchange[] = JSON.parse(
  readFileSync('test/fixtures/kubernetes/v1beta1/exchanges.json', 'utf8'),
)

/** Where we answer otherwise on purpose: the status that we give, and why. */
const otherwise: Readonly<Record<number, readonly [status: number, why: string]>> = {
  0: [200, 'v1 is served as well'],
  1: [200, 'the version is ours'],
  4: [200, 'lists of minions have a revision like all others'],
  15: [400, 'a selector with a syntax error is refused'],
  19: [400, 'a broken body is the client’s fault, not the server’s'],
  21: [200, 'minions have a revision like all others'],
  22: [200, 'a minion that was made is there'],
  23: [200, 'a minion that was made is there'],
  26: [404, 'a binding of a pod that is not there is refused'],
  27: [200, 'the recorded server asked a kubelet that was not there'],
  32: [409, 'the reason is not told in the words of etcd 0.4'],
  46: [200, 'there are no operations: every write answers when it is done'],
  52: [200, 'a pod on a node is there until it has ended'],
}

type Body = { id?: string; selfLink?: string; uid?: string; items?: Body[] }

/** Lists in the order of their ids, without the services of the master; an id that is a uid stands for any. */
const normal = (value: unknown): unknown => {
  const { items, id, uid, selfLink, ...rest } = value as Body
  if (typeof value !== 'object') return value
  const named = id !== undefined && id === uid ? { uid } : { id, uid, selfLink }
  if (!items) return { ...rest, ...named }
  const kept = items.filter(item => !item.id?.startsWith('kubernetes'))
  kept.sort(
    (a, b) => Number(a.id === a.uid) - Number(b.id === b.uid) || ((a.id ?? '') < (b.id ?? '') ? -1 : 1),
  )
  return { ...rest, ...named, items: kept.map(normal) }
}

interface Event {
  readonly type: string
  readonly object: Body
}

/** As the server of 2014 told them; the last line of each is empty. */
const watches: readonly (readonly [path: string, events: readonly Event[]])[] = Object.values(
  JSON.parse(readFileSync('test/fixtures/kubernetes/v1beta1/watches.json', 'utf8')) as Record<
    string,
    { path: string; raw: string }
  >,
).map(({ path, raw }) => [
  path,
  raw
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line)),
])

/** The exchanges during which the watches were open. */
const watchedFrom = 49
const watchedTo = 50

const server = await startServer()
test.after(() => server.stop())
const translate = createTranslator()

const open: { readonly events: readonly Event[]; readonly watch: LineWatch }[] = []
test.after(() => {
  for (const { watch } of open) watch.cut()
})

/** What was there is ADDED, also what had changed; the services of the master and the pod without a name are not ours. */
const expected = (events: readonly Event[]): Event[] =>
  events
    .filter(({ object }) => object.id && !object.id.startsWith('kubernetes'))
    .map(({ type, object }) => ({ type: type === 'MODIFIED' ? 'ADDED' : type, object }))

/** What was there comes in any order. */
const byName = (events: readonly Event[]) =>
  events.toSorted((a, b) => (normalId(a) < normalId(b) ? -1 : normalId(a) > normalId(b) ? 1 : 0))

const normalId = ({ object: { id = '', uid } }: Event): string => (id === uid ? '' : id)

const testWatches = (): void => {
  test('the watches begin', async () => {
    for (const [path, events] of watches) {
      const watch = await openWatch(server.url + path)
      assert.is(watch.response.statusCode, 200, path)
      open.push({ events, watch })
    }
  })
}

const testEvents = (): void => {
  for (const [index, [path, recorded]] of watches.entries()) {
    test(`events of ${path}`, async () => {
      const wanted = expected(recorded)
      // In 2014 minions were not watched; now they are as everything is.
      const unwatched = path.endsWith('/minions')
      const told = (await open[index]?.watch.has(
        unwatched ? 1 : wanted.length,
      )) as unknown as readonly Event[]
      if (unwatched)
        return assert.equal(
          told.map(({ object }) => object.id),
          ['10.0.0.1'],
        )
      assert.equal(
        byName(told).map(({ type }) => type),
        byName(wanted).map(({ type }) => type),
      )
      for (const [at, event] of byName(told).entries()) {
        assert.equal(differences(normal(byName(wanted)[at]?.object), normal(event.object)), [])
      }
    })
  }
}

for (const [index, { request, response }] of exchanges.entries()) {
  if (index === watchedFrom) testWatches()
  if (index === watchedTo + 1) testEvents()
  const name = `${index}: ${request.method} ${request.path}`
  test(name, async () => {
    const { method, path, body: given } = request
    const sent = typeof given === 'string' ? given : JSON.stringify(translate.body(given))
    const answer = await fetch(server.url + path, {
      method,
      redirect: 'manual',
      ...(given !== null && { body: sent, headers: { 'content-type': 'application/json' } }),
    })
    const text = await answer.text()
    const type = answer.headers.get('content-type')
    const body: unknown = type === 'application/json' ? JSON.parse(text) : text
    assert.is(answer.status, otherwise[index]?.[0] ?? response.status, text)
    assert.is(type, response.content_type)
    // One of two endpoints, by chance.
    if (response.location) assert.match(answer.headers.get('location') ?? '', /^10\.0\.0\.[12]:31001$/)
    translate.learn(response.body, body)
    const found = differences(normal(response.body), normal(body))
    assert.is(found.length > 0, index in otherwise, found.join('\n'))
  })
}

test('a service keeps its portal IP, and does not change it', async () => {
  const path = `${server.url}/api/v1beta1/services/svc2`
  const put = async (change: object) => {
    const old = (await (await fetch(path)).json()) as object
    const answer = await fetch(path, { method: 'PUT', body: JSON.stringify({ ...old, ...change }) })
    return { status: answer.status, body: (await answer.json()) as { message?: string; portalIP?: string } }
  }
  const kept = await put({ portalIP: undefined, port: 8001 })
  assert.is(kept.body.portalIP, '10.10.10.77', JSON.stringify(kept))
  const { status, body } = await put({ portalIP: '10.10.10.78' })
  assert.equal(
    [status, body.message],
    [422, `service "svc2" is invalid: spec.portalIP: invalid value '10.10.10.78'`],
  )
})

test.run()
