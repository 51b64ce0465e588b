import { randomUUID } from 'node:crypto'
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
    ...logFlags,
  },
} as const

await main(program, async ({ master }, logger) => {
  const baseUrl = master.includes('://') ? master : `http://${master}`
  process.stdout.write(`standing by for ${baseUrl}\n`)
  const controllers = startControllers({
    client: new HttpClient({ baseUrl, logger }),
    logger,
    identity: `${hostname()}_${randomUUID()}`,
    leading: () => process.stdout.write(`controllers work for ${baseUrl}\n`),
  })
  return { close: () => controllers.stop() }
})
