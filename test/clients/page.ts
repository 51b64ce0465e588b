import { join } from 'node:path'
import { type Client, casesOf } from './client.ts'
import { type StoreName, stores } from './system.ts'

/** By version, then by store: the names of the cases that work. */
export type ClientRecord = Record<string, Readonly<Record<StoreName, readonly string[]>>>

/** What the last `npm run clients` has found, by client; docs/clients.md is made from it. */
export const recordPath = join(import.meta.dirname, 'record.json')
export const pagePath = join(import.meta.dirname, '../../docs/clients.md')

const section = /(<!-- what follows is written by npm run clients -->\n)[\s\S]*?(<!-- up to here -->\n)/

/** The page with the tables of this record in the place for them; the prose around them stays. */
export const withTables = (
  page: string,
  clients: readonly Client[],
  record: Readonly<Record<string, ClientRecord>>,
): string => {
  if (!section.test(page)) throw new Error(`${pagePath} has no place for the tables: ${section}`)
  const recordOf = ({ name }: Client): ClientRecord => record[name] ?? {}
  const tables = [
    summary(clients, recordOf),
    ...clients.map(client => `### ${client.name}\n\n${ticks(client, recordOf(client))}`),
  ]
  return page.replace(section, (_, begin: string, end: string) => `${begin}\n${tables.join('\n')}\n${end}`)
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |\n`).join('')

/** One line for each client. */
const summary = (clients: readonly Client[], recordOf: (client: Client) => ClientRecord): string =>
  table(
    ['client', 'versions', 'cases', 'what works'],
    clients.map(client => {
      const versions = Object.entries(recordOf(client))
      const failures = versions.flatMap(([version, works]) =>
        stores.flatMap(store => {
          const missing = casesOf(client, version).filter(({ name }) => !works[store].includes(name)).length
          return missing > 0 ? [`all but ${missing} with ${version} on ${store}`] : []
        }),
      )
      const verdict = versions.length === 0 ? 'not run' : failures.join(', ') || 'all, on both stores'
      const names = versions.map(([version]) => version).join(', ')
      return [`[${client.name}](#${anchor(client.name)})`, names, String(client.cases.length), verdict]
    }),
  )

/** One line for each case, and a tick where it works on both stores. */
const ticks = (client: Client, record: ClientRecord): string =>
  table(
    ['case', ...Object.keys(record)],
    client.cases.map(each => [
      each.name.replaceAll('|', '\\|'),
      ...Object.entries(record).map(([version, works]) => {
        if (!casesOf(client, version).includes(each)) return 'not in it'
        const on = stores.filter(store => works[store].includes(each.name))
        return on.length === stores.length ? '✓' : on.length === 0 ? 'no' : `on ${on.join()} only`
      }),
    ]),
  )

/** What GitHub calls a heading in a link. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-')
