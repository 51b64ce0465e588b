// Rates and times of this machine, each beside a baseline of the same run. Nothing is asserted.
import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { apiRates } from './api.ts'
import { storeRates } from './store.ts'
import { postedToRunning, startUp } from './system.ts'

interface Rate {
  readonly name: string
  readonly perSecond: number
}

const runs = 3

/** The median of several runs, figure by figure. */
const medians = async (measure: () => Promise<Rate[]>): Promise<Rate[]> => {
  const all: Rate[][] = []
  for (let run = 0; run < runs; run++) all.push(await measure())
  return (all[0] ?? []).map(({ name }, at) => {
    const values = all.map(rates => rates[at]?.perSecond ?? Number.NaN).sort((a, b) => a - b)
    return { name, perSecond: values[runs >> 1] ?? Number.NaN }
  })
}

const show = (name: string, value: string, ratio = ''): void =>
  console.log(`  ${name.padEnd(44)} ${value.padStart(14)}  ${ratio}`)

/** Prints rates as shares of the baseline's. */
const table = (title: string, rates: readonly Rate[], baseline: string): void => {
  const base = rates.find(({ name }) => name === baseline)?.perSecond ?? Number.NaN
  console.log(`\n${title}`)
  for (const { name, perSecond } of rates) {
    const ratio = name === baseline ? 'baseline' : `${(perSecond / base).toFixed(2)} of ${baseline}`
    show(name, `${Math.round(perSecond)} /s`, ratio)
  }
}

execFileSync(process.execPath, ['bin/build.mjs'])
const [cpu] = cpus()
console.log(
  `${cpus().length} x ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
)

const store = await medians(storeRates)
table('Store, 1.2 KB values, 32 in flight', store, 'etcd3: create transaction')

const api = await medians(apiRates)
const raw = store.find(({ name }) => name === 'embedded store: create')
table('API server on the embedded store', raw ? [...api, raw] : api, 'bare Hono: echo')

const start = await startUp()
console.log('\nStart-up of kubernetes-mesos, everything embedded')
show('bare node, first line', `${start.bareNodeMs.toFixed(0)} ms`, 'baseline')
show(
  'first answered request',
  `${start.firstAnswerMs.toFixed(0)} ms`,
  `${(start.firstAnswerMs / start.bareNodeMs).toFixed(1)} of bare node`,
)
show('resident memory, idle', `${start.idleMegabytes.toFixed(0)} MB`)

const burst = 200
const pods = await postedToRunning(burst)
console.log('\nPosted to Running, three embedded agents, real processes')
show('first pod, starts the executor', `${pods.firstMs.toFixed(0)} ms`)
show('one pod', `${pods.singleMs.toFixed(0)} ms`)
show(
  `${burst} pods at once`,
  `${pods.burstSeconds.toFixed(1)} s`,
  `${(burst / pods.burstSeconds).toFixed(0)} pods/s`,
)
