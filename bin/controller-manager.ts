import { HttpClient } from '../api/http-client.ts'
import { replication } from '../controllers/replication/index.ts'
import { createManager } from '../controllers/runtime/index.ts'
import { logFlags, main } from './main.ts'

const program = {
  name: 'controller-manager',
  summary: 'Runs the controllers of an API server that was started with -controllers=none.',
  flags: {
    master: { default: '127.0.0.1:8888', help: 'API server', value: 'host:port' },
    ...logFlags,
  },
} as const

await main(program, async ({ master }, logger) => {
  const baseUrl = master.includes('://') ? master : `http://${master}`
  const manager = createManager({ client: new HttpClient({ baseUrl, logger }), logger })
  manager.add(replication())
  // Not awaited: an API server that is still to come is waited for, and Ctrl-C ends the wait.
  void manager.start().then(() => process.stdout.write(`controllers run for ${baseUrl}\n`))
  return { close: () => manager.stop() }
})
