// Rates and times of this machine, each beside a baseline of the same run. Nothing is asserted.
import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { apiFigures } from './api.ts'
import { pinning } from './cores.ts'
import { medians, runs, show } from './figure.ts'
import { scaleFigures } from './scale.ts'
import { storeFigures } from './store.ts'
import { postedToRunning, startUp } from './system.ts'

execFileSync(process.execPath, ['bin/build.mjs'])
// What is measured is bundled as the programs are: it runs as they do.
execFileSync(process.execPath, ['bin/build.mjs', 'bench/api-server.ts', 'bench/api-load.ts'])
const [cpu] = cpus()
console.log(
  `${cpus().length} x ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
)

console.log(
  `medians of ${runs} runs; ${pinning ? 'the API server on core 0, its load and etcd on the others' : 'no taskset: everything shares the cores'}`,
)

show('Store, 1.2 KB values, 32 in flight', await medians(storeFigures), 'etcd3: create transaction')
show(
  'API server, 32 in flight, the embedded store unless said otherwise',
  await medians(apiFigures),
  'bare Hono',
)

const start = await startUp()
show('Start-up of kubernetes-mesos, everything embedded', [
  { name: 'bare node, first line', value: start.bareNodeMs, unit: 'ms' },
  { name: 'first answered request', value: start.firstAnswerMs, unit: 'ms' },
  { name: 'resident memory, idle', value: start.idleMegabytes, unit: 'MB' },
])

const burst = 200
const pods = await postedToRunning(burst)
show('Posted to Running, three embedded agents, real processes', [
  { name: 'first pod, starts the executor', value: pods.firstMs, unit: 'ms' },
  { name: 'one pod', value: pods.singleMs, unit: 'ms' },
  { name: `${burst} pods at once`, value: pods.burstSeconds, unit: 's' },
  { name: `${burst} pods at once, pods`, value: burst / pods.burstSeconds, unit: '/s' },
])

const scale = { agents: 1_000, pods: 10_000 } as const
const onEtcd = `${scale.pods} pods on ${scale.agents} agents whose executors pretend, on etcd`
show(`${onEtcd}, one kubernetes-mesos`, await scaleFigures({ ...scale, front: 'scheduler' }))
show(`${onEtcd}, two: one schedules, one serves`, await scaleFigures({ ...scale, front: 'another' }))
