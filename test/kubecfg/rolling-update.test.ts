import type { IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseDuration } from '../../kubecfg/commands/rolling-update.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { kubecfg, messageOf } from './captured-io.ts'
import { serve } from './recorded-server.ts'

type Pod = { id: string; uid: string; currentState: { status: string } }

/** A controller of three pods: it makes a pod anew when asked for the pods `lag` times after a deletion. */
const cluster = (replace: 'Running' | 'Waiting', lag: number) => {
  const container = { name: 'c', image: 'old' }
  let controller: object = {
    kind: 'ReplicationController',
    id: 'web',
    desiredState: {
      replicas: 3,
      replicaSelector: { name: 'web' },
      podTemplate: { desiredState: { manifest: { containers: [container] } } },
    },
  }
  const pod = (number: number, status: string): Pod => ({
    id: `p${number}`,
    uid: `u${number}`,
    currentState: { status },
  })
  let pods = [1, 2, 3].map(number => pod(number, 'Running'))
  let made = 3
  let asked = 0
  const log: string[] = []

  const respond = async (request: IncomingMessage) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    if (request.method === 'PUT') controller = (await json(request)) as object
    if (request.method === 'DELETE') {
      const id = pathname.split('/').at(-1)
      pods = pods.filter(pod => pod.id !== id)
      asked = 0
      log.push(`- ${id}`)
    }
    if (!pathname.endsWith('/pods')) return { status: 200, body: controller }
    assert.is(searchParams.get('labels'), 'name=web')
    if (pods.length < 3 && asked++ >= lag) {
      pods.push(pod(++made, replace))
      log.push(`+ p${made}`)
    }
    return { status: 200, body: { kind: 'PodList', items: pods } }
  }
  return { respond, log, controller: () => JSON.stringify(controller) }
}

/** Turns the clock whenever the command waits, until it is done; counts the time of its waits. */
const runToEnd = async (args: string[], url: string) => {
  const clock = new ManualClock()
  const started = clock.now()
  let done = false
  const result = kubecfg(['-h', url, ...args], { clock }).finally(() => {
    done = true
  })
  while (!done) {
    await eventually('it waits or is done', () => done || clock.next !== undefined)
    if (clock.next !== undefined) clock.advance(clock.next)
  }
  return { ...(await result), waited: clock.now() - started }
}

test('the image is set, and each pod goes only when the one before is replaced', async () => {
  const web = cluster('Running', 2)
  const server = await serve(web.respond)
  const args = ['-u', '1m30s', '-image', 'new', '-verbose', 'rollingupdate', 'web']
  const { exit, stderr, stdout, waited } = await runToEnd(args, server.url)
  await server.close()
  assert.is(exit, 0)
  assert.is(stdout, '')
  assert.match(web.controller(), '"image":"new"')
  assert.equal(web.log, ['- p1', '+ p4', '- p2', '+ p5', '- p3', '+ p6'])
  assert.match(stderr, 'Deleted pod p3, 3 of 3')
  assert.is(waited, 3 * (90_000 + 2 * 5_000))
})

test('without -image the controller stays as it is', async () => {
  const web = cluster('Running', 0)
  const server = await serve(web.respond)
  assert.is((await runToEnd(['-u=0', 'rollingupdate', 'web'], server.url)).exit, 0)
  await server.close()
  assert.match(web.controller(), '"image":"old"')
})

test('a replacement that does not run stops the update, and the other pods live', async () => {
  const web = cluster('Waiting', 0)
  const server = await serve(web.respond)
  const { exit, stderr } = await runToEnd(['-image=bad', 'rollingupdate', 'web'], server.url)
  await server.close()
  assert.is(exit, 255)
  const message = 'Error: pod "p1" has no running replacement after 300 s; 1 of 3 pods were updated\n'
  assert.is(messageOf(stderr), message)
  assert.equal(web.log, ['- p1', '+ p4'])
})

test('durations are read as Go writes them', () => {
  assert.is(parseDuration('1h2m3.5s'), 3_723_500)
  assert.is(parseDuration('250ms'), 250)
  for (const text of ['', '5', 's', '1d', '1s2']) assert.throws(() => parseDuration(text), /-u needs a time/)
})

test.run()
