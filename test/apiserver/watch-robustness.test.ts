import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openEmbeddedStore } from '../../store/embedded/embedded-store.ts'
import { openEtcdStore } from '../../store/etcd/etcd-store.ts'
import type { Store } from '../../store/store.ts'
import { silent } from '../../util/logger.ts'
import { Etcd } from '../support/etcd.ts'
import { eventually } from '../support/eventually.ts'
import { tempDir } from '../support/temp.ts'
import { validate } from '../support/watch-validators.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { type Follower, type FollowerOptions, follow } from './watch-follower.ts'
import { startWriters, type Writers } from './watch-writers.ts'

const pods = '/api/v1/namespaces/default/pods'
const root = tempDir('watch-robustness')

interface World {
  readonly store: Store
  readonly etcd: Etcd | undefined
  readonly writers: Writers
  follow(options: Omit<FollowerOptions, 'url'>): Follower
  /** Another server over the same store takes the place of the first. */
  restart(whileAway: () => Promise<void>): Promise<void>
  watchers(): Promise<number>
  /** Waits until all have seen everything, and judges what they have seen. */
  judge(): Promise<void>
}

const engines = {
  embedded: async (name: string) => ({
    store: await openEmbeddedStore({ path: join(root, name), logger: silent }),
    etcd: undefined,
  }),
  etcd: async (name: string) => {
    const etcd = await Etcd.start()
    const endpoints = [etcd.endpoint]
    return { store: await openEtcdStore({ endpoints, prefix: `/${name}`, logger: silent }), etcd }
  },
}

type Engine = keyof typeof engines

const withWorld = (engine: Engine, what: string, run: (world: World) => Promise<void>, text = ''): void =>
  test(`${engine}: ${what}`, async () => {
    const { store, etcd } = await engines[engine](what.replaceAll(/\W/g, ''))
    let running: RunningServer = await startServer({ store })
    const followers: Follower[] = []
    const writers = startWriters(() => running.http, text)
    const world: World = {
      store,
      etcd,
      writers,
      follow(options) {
        const follower = follow({ ...options, url: () => running.url + pods })
        followers.push(follower)
        return follower
      },
      async restart(whileAway) {
        await running.stop()
        await whileAway()
        running = await startServer({ store })
      },
      async watchers() {
        const metrics = await (await fetch(`${running.url}/metrics`)).text()
        return Number(/^apiserver_watchers\{resource="pods"\} (\d+)/m.exec(metrics)?.[1])
      },
      async judge() {
        const until = await writers.mark()
        const streams = await Promise.all(
          followers.map(async ({ streams }) => {
            const last = await eventually('the mark has come', () => {
              const stream = streams.at(-1)
              return stream?.events.some(({ revision }) => revision === until) && stream
            })
            return streams.map(stream => (stream === last ? { ...stream, until } : stream))
          }),
        )
        const all = streams.flat()
        const history = writers.history(all)
        assert.equal(validate(history, all), [])
        assert.ok(history.length > 40)
      },
    }
    try {
      await run(world)
    } finally {
      await Promise.all(followers.map(follower => follower.stop()))
      await running.stop()
      await store.close()
      await etcd?.stop()
    }
  })

const red = (_: string, value: string): boolean => value.endsWith(' red')

/** Watches of all kinds of selections; some cut their connections again and again. */
const audience = (world: World): Follower[] => [
  world.follow({ name: 'all' }),
  world.follow({ name: 'all, with cuts', cutAfter: 37 }),
  world.follow({ name: 'red', query: 'labelSelector=colour%3Dred', selects: red }),
  world.follow({
    name: 'red, with cuts',
    query: 'labelSelector=colour%20in%20(red)',
    selects: red,
    cutAfter: 11,
  }),
  world.follow({
    name: 'others than one',
    query: 'fieldSelector=metadata.name!%3Dw0-0',
    selects: key => key !== 'w0-0',
    cutAfter: 53,
  }),
]

const work = ({ writers }: World, writes: number): Promise<void[]> =>
  Promise.all(Array.from({ length: 4 }, (_, n) => writers.work(`w${n}`, writes)))

const watching = ({ watchers }: World, count: number) =>
  eventually(`${count} watch`, async () => (await watchers()) >= count)

for (const engine of ['embedded', 'etcd'] as const) {
  withWorld(engine, 'many writers, many watches', async world => {
    const followers = audience(world)
    await watching(world, followers.length)
    await work(world, 120)
    await world.judge()
    assert.ok((followers[1]?.streams.length ?? 0) > 5, 'connections were cut')
  })

  withWorld(engine, 'a watch comes back after a compaction, others went on', async world => {
    const followers = audience(world)
    const [one] = followers
    await watching(world, followers.length)
    await work(world, 20)
    one?.pause()
    await work(world, 20)
    await world.restart(async () => world.store.compact(await world.store.revision()))
    one?.resume()
    await work(world, 20)
    await world.judge()
    assert.is(one?.expired, 1)
  })

  withWorld(
    engine,
    'a slow reader is cut off and comes back',
    async world => {
      const slow = world.follow({ name: 'slow' })
      world.follow({ name: 'quick' })
      await watching(world, 2)
      slow.freeze()
      let rounds = 0
      do {
        await work(world, 10)
        assert.ok(++rounds < 10, 'the slow reader is still there')
      } while ((await world.watchers()) === 2)
      slow.resume()
      await world.judge()
      assert.ok(slow.streams.length > 1)
    },
    'x'.repeat(200_000),
  )
}

withWorld('etcd', 'etcd is killed and comes back', async world => {
  const { etcd } = world
  const followers = audience(world)
  await watching(world, followers.length)
  const working = work(world, 60)
  for (let times = 0; times < 2; times++) {
    const seen = () => followers[0]?.streams.at(-1)?.events.length ?? 0
    const before = seen()
    await eventually('some writes', () => seen() > before + 20)
    await etcd?.kill()
    await etcd?.start()
  }
  await working
  await world.judge()
})

test.run()
