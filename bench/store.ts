import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Etcd3 } from 'etcd3'
import { openEmbeddedStore } from '../store/embedded/embedded-store.ts'
import { openEtcdStore } from '../store/etcd/etcd-store.ts'
import { Etcd } from '../test/support/etcd.ts'
import { silent } from '../util/logger.ts'

/** About a pod. */
const value = Buffer.alloc(1200, 'x')
const inFlight = 32
const duration = 2000

/** Calls of `work` in a second, `inFlight` of them at a time; each gets a number of its own. */
const rate = async (work: (n: number) => Promise<unknown>): Promise<number> => {
  let calls = 0
  const started = performance.now()
  const worker = async () => {
    while (performance.now() - started < duration) await work(calls++)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return Math.round((calls / (performance.now() - started)) * 1000)
}

/** Creations with 32 in flight on both engines, beside what etcd3 does with one call for each. */
export const storeRates = async (): Promise<{ name: string; perSecond: number }[]> => {
  const dir = mkdtempSync(join(tmpdir(), 'bench-store-'))
  const etcd = await Etcd.start()
  const bare = new Etcd3({ hosts: etcd.endpoint })
  const stores = {
    embedded: await openEmbeddedStore({ path: dir, logger: silent }),
    etcd: await openEtcdStore({ endpoints: [etcd.endpoint], prefix: '/bench', logger: silent }),
  }
  try {
    return [
      {
        name: 'embedded store: create',
        perSecond: await rate(n => stores.embedded.create(`/pods/${n}`, value)),
      },
      { name: 'etcd3: put', perSecond: await rate(n => bare.put(`/put/${n}`).value(value).exec()) },
      {
        name: 'etcd3: create transaction',
        perSecond: await rate(n =>
          bare
            .if(`/txn/${n}`, 'Mod', '==', 0)
            .then(bare.put(`/txn/${n}`).value(value))
            .commit(),
        ),
      },
      { name: 'store on etcd: create', perSecond: await rate(n => stores.etcd.create(`/pods/${n}`, value)) },
    ]
  } finally {
    await stores.embedded.close()
    await stores.etcd.close()
    bare.close()
    await etcd.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
