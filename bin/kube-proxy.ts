import { logFlags, main } from './main.ts'

const program = {
  name: 'kube-proxy',
  summary: 'Carries connections to the portal addresses of services to the pods behind them.',
  flags: logFlags,
} as const

await main(program, async () => {
  throw new Error('services are stored but have no portals yet; until then reach pods by host and host port')
})
