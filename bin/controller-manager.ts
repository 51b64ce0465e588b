import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { HttpClient } from '../api/http-client.ts'
import { startControllers } from './controllers.ts'
import { logFlags, main } from './main.ts'

const program = {
  name: 'controller-manager',
  summary:
    'Runs the controllers of an API server. Of all that are started for one, one works and the others stand by.',
  flags: {
    master: { default: '127.0.0.1:8888', help: 'API server', value: 'host:port' },
    root_ca_file: {
      default: undefined as string | undefined,
      help: 'certificate by which pods trust the API server, in PEM; left out: as the API server has told',
      value: 'file',
    },
    ...logFlags,
  },
} as const

await main(program, async ({ master, root_ca_file }, logger) => {
  const baseUrl = master.includes('://') ? master : `http://${master}`
  process.stdout.write(`standing by for ${baseUrl}\n`)
  const controllers = startControllers({
    client: new HttpClient({ baseUrl, logger }),
    logger,
    identity: `${hostname()}_${randomUUID()}`,
    ...(root_ca_file !== undefined && { certificate: readFileSync(root_ca_file, 'utf8') }),
    leading: () => process.stdout.write(`controllers work for ${baseUrl}\n`),
  })
  return { close: () => controllers.stop() }
})
