import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Etcd3 } from 'etcd3'
import { openEmbeddedStore } from '../store/embedded/embedded-store.ts'
import { openEtcdStore } from '../store/etcd/etcd-store.ts'
import { Etcd } from '../test/support/etcd.ts'
import { silent } from '../util/logger.ts'
import type { Figure } from './figure.ts'

/** About a pod. */
const value = Buffer.alloc(1200, 'x')
const inFlight = 32
const duration = 2000

/** Calls of `work` by the second, `inFlight` of them at a time; each gets a number of its own. */
const figure = async (name: string, work: (n: number) => Promise<unknown>): Promise<Figure> => {
  let calls = 0
  const before = process.cpuUsage()
  const started = performance.now()
  const worker = async () => {
    while (performance.now() - started < duration) await work(calls++)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - started) / 1000
  return { name, value: calls / seconds, unit: '/s', cpu: (user + system) / calls }
}

/** Creations with 32 in flight on both engines, beside what etcd3 does with one call for each. */
export const storeFigures = async (): Promise<Figure[]> => {
  const dir = mkdtempSync(join(tmpdir(), 'bench-store-'))
  const etcd = await Etcd.start()
  const bare = new Etcd3({ hosts: etcd.endpoint })
  const stores = {
    embedded: await openEmbeddedStore({ path: dir, logger: silent }),
    etcd: await openEtcdStore({ endpoints: [etcd.endpoint], prefix: '/bench', logger: silent }),
  }
  try {
    return [
      await figure('embedded store: create', n => stores.embedded.create(`/pods/${n}`, value)),
      await figure('etcd3: put', n => bare.put(`/put/${n}`).value(value).exec()),
      await figure('etcd3: create transaction', n =>
        bare
          .if(`/txn/${n}`, 'Mod', '==', 0)
          .then(bare.put(`/txn/${n}`).value(value))
          .commit(),
      ),
      await figure('store on etcd: create', n => stores.etcd.create(`/pods/${n}`, value)),
    ]
  } finally {
    await stores.embedded.close()
    await stores.etcd.close()
    bare.close()
    await etcd.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
