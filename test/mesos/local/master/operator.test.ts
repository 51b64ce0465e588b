import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startLocalMesos } from '../../../../mesos/local/index.ts'
import { silent } from '../../../../util/logger.ts'
import { tempDir } from '../../../support/temp.ts'

interface Exchange {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly body?: unknown
    readonly auth?: string
  }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
}

const { exchanges }: { exchanges: readonly Exchange[] } = JSON.parse(
  readFileSync('test/fixtures/mesos/operator/exchange.json', 'utf8'),
)

/** The leader's answers; what belongs to the other master, to authentication and to roles is not ours. */
const ours = exchanges.filter(
  ({ request }) => request.url.startsWith('127.0.0.1:5050/') && !/scheduler|metrics|roles/.test(request.url),
)

/** What only a real build has, and a field that the v1 API itself does not have. */
const absent = new Set(['build_date', 'build_time', 'build_user', 'git_sha', 'git_branch', 'checkpoint'])

/** Every key of the recorded answer that ours lacks; lists are compared by their first item. */
const missing = (recorded: unknown, actual: unknown, path = ''): string[] => {
  if (Array.isArray(recorded)) {
    if (!Array.isArray(actual)) return [path]
    return recorded.length > 0 && actual.length > 0 ? missing(recorded[0], actual[0], `${path}[]`) : []
  }
  if (typeof recorded !== 'object' || recorded === null)
    return typeof recorded === typeof actual ? [] : [path]
  const there = (typeof actual === 'object' ? actual : undefined) as Record<string, unknown> | undefined
  return Object.entries(recorded)
    .filter(([key]) => !absent.has(key))
    .flatMap(([key, value]) => missing(value, there?.[key], `${path}.${key}`))
}

const parsed = (text: string): unknown => (text.startsWith('{') ? JSON.parse(text) : text)

test('operators are answered as by the recorded master', async () => {
  const mesos = await startLocalMesos({
    workDir: tempDir('mesos'),
    resources: 'cpus:8;mem:8192;disk:20000;ports:[31000-32000]',
    attributes: () => 'rack:r1;zone:z1',
    logger: silent,
  })
  try {
    assert.ok(ours.length >= 12)
    for (const { request, response } of ours) {
      const path = request.url.slice(request.url.indexOf('/'))
      const what = `${path} ${JSON.stringify(request.body)}`
      const answer = await fetch(`${mesos.masterUrl}${path}`, {
        method: request.method,
        redirect: 'manual',
        ...(request.body !== undefined && {
          body: JSON.stringify(request.body),
          headers: { 'content-type': 'application/json' },
        }),
      })
      assert.is(answer.status, response.status, what)
      assert.is(answer.headers.get('content-type'), response.headers['Content-Type'] ?? null, what)
      if (response.headers.Location) assert.is(answer.headers.get('location'), `//${mesos.master}`)
      const left = missing(response.body, parsed(await answer.text()))
      // `_full` repeats the resources in their protocol form.
      assert.equal(
        left.filter(path => !path.endsWith('_full')),
        [],
        what,
      )
    }
  } finally {
    await mesos.close()
  }
})

/** What the recorded master that did not lead answered. */
const standby = exchanges.filter(
  ({ request }) => request.url.startsWith('127.0.0.1:5051/') && request.auth === undefined,
)

test('a master that does not lead says where the leader is, as the recorded one', async () => {
  const mesos = await startLocalMesos({ workDir: tempDir('mesos'), masters: 2, logger: silent })
  try {
    assert.ok(standby.length >= 5)
    const second = mesos.masters[1]?.url
    for (const { request, response } of standby) {
      const path = request.url.slice(request.url.indexOf('/'))
      const answer = await fetch(`${second}${path}`, {
        method: request.method,
        redirect: 'manual',
        ...(request.body !== undefined && {
          body: JSON.stringify(request.body),
          headers: { 'content-type': 'application/json' },
        }),
      })
      assert.is(answer.status, response.status, path)
      const location = response.headers.Location?.replace('127.0.0.1:5050', mesos.master)
      assert.is(answer.headers.get('location'), location ?? null, path)
      assert.is(await answer.text(), response.body)
    }
  } finally {
    await mesos.close()
  }
})

test('as long as nobody leads, masters are unavailable, but healthy', async () => {
  const mesos = await startLocalMesos({
    workDir: tempDir('mesos'),
    agents: 0,
    election: {
      async enter(_, changed) {
        changed(undefined)
        return async () => {}
      },
    },
    logger: silent,
  })
  try {
    const statuses = await Promise.all(
      ['/state', '/redirect', '/api/v1', '/api/v1/scheduler', '/health'].map(
        async path => (await fetch(`${mesos.masterUrl}${path}`)).status,
      ),
    )
    assert.equal(statuses, [503, 503, 503, 503, 200])
  } finally {
    await mesos.close()
  }
})

test('frameworks authenticate as they did with the recorded master', async () => {
  const recorded = exchanges.filter(({ request }) => request.url.endsWith('/scheduler'))
  const mesos = await startLocalMesos({
    workDir: tempDir('mesos'),
    masters: 2,
    credentials: new Map([['framework', 's3cret']]),
    logger: silent,
  })
  try {
    assert.ok(recorded.length >= 4)
    const wrong = { 401: ['', 'framework:wrong', 'nobody:s3cret', 'nonsense'] } as Record<number, string[]>
    for (const { request, response } of recorded) {
      const origin = request.url.startsWith('127.0.0.1:5050') ? mesos.masterUrl : mesos.masters[1]?.url
      for (const auth of wrong[response.status] ?? ['framework:s3cret']) {
        const answer = await fetch(`${origin}/api/v1/scheduler`, {
          method: 'POST',
          redirect: 'manual',
          body: JSON.stringify(request.body),
          headers: {
            'content-type': 'application/json',
            ...(auth && { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }),
          },
        })
        assert.is(answer.status, response.status, auth)
        for (const name of ['WWW-Authenticate', 'Location', 'Content-Type']) {
          const expected = response.headers[name]?.replace('127.0.0.1:5050', mesos.master)
          assert.is(answer.headers.get(name), expected ?? null, `${response.status} ${name}`)
        }
        assert.is(await answer.text(), response.body)
      }
    }
  } finally {
    await mesos.close()
  }
})

test('what is no call is refused with the right status', async () => {
  const mesos = await startLocalMesos({ workDir: tempDir('mesos'), logger: silent })
  const json = { 'content-type': 'application/json' }
  const body = '{"type":"GET_HEALTH"}'
  const cases = [
    [415, '/api/v1', { method: 'POST', body, headers: { 'content-type': 'text/plain' } }],
    [406, '/api/v1', { method: 'POST', body, headers: { ...json, accept: 'text/html' } }],
    [405, '/api/v1/scheduler', { method: 'GET' }],
    [405, '/health', { method: 'POST' }],
    [400, '/api/v1', { method: 'POST', body: '{', headers: json }],
    [400, '/api/v1/scheduler', { method: 'POST', body: '{}', headers: json }],
    [
      400,
      '/api/v1/scheduler',
      { method: 'POST', body: 'xx', headers: { 'content-type': 'application/x-protobuf' } },
    ],
    [400, '/api/v1/scheduler', { method: 'POST', body: '{"type":"SUBSCRIBE"}', headers: json }],
    [
      400,
      '/api/v1/scheduler',
      { method: 'POST', body: '{"type":"REVIVE","framework_id":{"value":"x"}}', headers: json },
    ],
    [404, '/nothing', { method: 'GET' }],
    [200, '/master/health', { method: 'GET' }],
  ] as const
  try {
    for (const [status, path, init] of cases) {
      const answer = await fetch(`${mesos.masterUrl}${path}`, init)
      assert.is(answer.status, status, `${path} ${JSON.stringify(init)}`)
      if (status >= 400) assert.is(answer.headers.get('content-type'), 'text/plain; charset=utf-8')
    }
  } finally {
    await mesos.close()
  }
})

test.run()
