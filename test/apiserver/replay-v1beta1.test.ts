import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createTranslator, differences } from './recorded-replay.ts'
import { startServer } from './running-server.ts'

interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown }
  readonly response: { readonly status: number; readonly content_type: string | null; readonly body: unknown }
}

const exchanges: readonly Exchange[] = JSON.parse(
  readFileSync('test/fixtures/kubernetes/v1beta1/exchanges.json', 'utf8'),
)

/** Not served yet; whoever builds it takes its line out. */
const later: readonly (readonly [what: string, is: (request: Exchange['request']) => boolean])[] = [
  ['proxy and redirect', ({ path }) => /v1beta1\/(proxy|redirect)\//.test(path)],
]

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
  39: [422, 'a service needs no selector, its endpoints may be made by hand'],
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

const server = await startServer()
test.after(() => server.stop())
const translate = createTranslator()

for (const [index, { request, response }] of exchanges.entries()) {
  const name = `${index}: ${request.method} ${request.path}`
  const missing = later.find(([, is]) => is(request))
  if (missing) {
    test.skip(`${name} (later: ${missing[0]})`, () => {})
    continue
  }
  test(name, async () => {
    const { method, path, body: given } = request
    const sent = typeof given === 'string' ? given : JSON.stringify(translate.body(given))
    const answer = await fetch(server.url + path, {
      method,
      ...(given !== null && { body: sent, headers: { 'content-type': 'application/json' } }),
    })
    const text = await answer.text()
    const type = answer.headers.get('content-type')
    const body: unknown = type === 'application/json' ? JSON.parse(text) : text
    assert.is(answer.status, otherwise[index]?.[0] ?? response.status, text)
    assert.is(type, response.content_type)
    translate.learn(response.body, body)
    const found = differences(normal(response.body), normal(body))
    assert.is(found.length > 0, index in otherwise, found.join('\n'))
  })
}

test.run()
