// Runs the cases of all clients on this machine, on both stores, and writes what works to docs/clients.md. With
// arguments only the clients whose name has one of them in it; of the others it goes on telling what it told.
import { readFileSync, writeFileSync } from 'node:fs'
import { install } from '../support/requirements.ts'
import { type Case, type Client, casesOf, type Installation } from './client.ts'
import { clients } from './clients.ts'
import { type ClientRecord, pagePath, recordPath, withTables } from './page.ts'
import { type StoreName, startSystem } from './system.ts'

const tried = async (each: Case, run: () => Promise<void>): Promise<boolean> => {
  try {
    await run()
    return true
  } catch (error) {
    console.log(`  not ok ${each.name}: ${error instanceof Error ? error.message : error}`)
    return false
  }
}

/** The names of the cases that work. */
const tryOn = async (store: StoreName, client: Client, installation: Installation): Promise<string[]> => {
  const cases = casesOf(client, installation.version)
  const system = await startSystem(store)
  try {
    const works: string[] = []
    for (const each of cases) {
      if (await tried(each, () => each.run(system.cluster, installation))) works.push(each.name)
    }
    console.log(
      `${client.name} ${installation.version}, ${store}: ${works.length} of ${cases.length} cases work`,
    )
    if (works.length < cases.length) process.exitCode = 1
    return works
  } finally {
    await system.stop()
  }
}

/** 1.9 comes before 1.20, whatever the order in which they were found. */
const byVersion = (a: Installation, b: Installation): number =>
  a.version.localeCompare(b.version, 'en', { numeric: true })

await install()
const wanted = process.argv.slice(2)
const before: Record<string, ClientRecord> = JSON.parse(readFileSync(recordPath, 'utf8'))
const record: Record<string, ClientRecord> = {}
for (const client of clients) {
  if (wanted.length > 0 && !wanted.some(part => client.name.includes(part))) {
    record[client.name] = before[client.name] ?? {}
    continue
  }
  const versions: ClientRecord = {}
  for (const installation of client.installations().toSorted(byVersion)) {
    const [embedded, etcd] = await Promise.all([
      tryOn('embedded', client, installation),
      tryOn('etcd', client, installation),
    ])
    versions[installation.version] = { embedded, etcd }
  }
  record[client.name] = versions
}
writeFileSync(recordPath, `${JSON.stringify(record, null, 2)}\n`)
writeFileSync(pagePath, withTables(readFileSync(pagePath, 'utf8'), clients, record))
