import { suite } from 'uvu'
import { type Client, casesOf } from './client.ts'
import { type System, startSystem, stores } from './system.ts'

/** Runs a client's cases as tests, on each of the stores. `absent` is what becomes of them where it is not installed. */
export const tryClient = (client: Client, absent: 'failed' | 'skipped' = 'failed'): void => {
  const [installation] = client.installations()
  for (const store of stores) {
    const test = suite(`${client.name}, ${store}`)
    if (!installation) {
      if (absent === 'skipped') test.skip(`no ${client.name} is installed`)
      else test(`${client.name} is installed`, () => Promise.reject(new Error('it is not')))
    } else {
      let system: System
      test.before(async () => {
        system = await startSystem(store)
      })
      test.after(() => system.stop())
      for (const each of casesOf(client, installation.version)) {
        test(each.name, () => each.run(system.cluster, installation))
      }
    }
    test.run()
  }
}
