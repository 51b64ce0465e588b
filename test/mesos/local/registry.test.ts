import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type LocalMesos, type LocalMesosOptions, startLocalMesos } from '../../../mesos/local/index.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { tempDir } from '../../support/temp.ts'
import { operate } from './operator-calls.ts'

const open = new Set<LocalMesos>()

const start = async (workDir: string, more: Partial<LocalMesosOptions> = {}): Promise<LocalMesos> => {
  const options = { workDir, agents: 2, timing: { agentPing: 50 }, logger: silent, ...more }
  const mesos = await startLocalMesos(options)
  open.add(mesos)
  return mesos
}

const stop = async (mesos: LocalMesos): Promise<void> => {
  open.delete(mesos)
  await mesos.close()
}

test.after.each(async () => {
  for (const mesos of open) await stop(mesos)
})

const unavailability = { start: { nanoseconds: 2e18 } }
const machines = [{ hostname: 'agent2.local', ip: '127.0.0.1' }]

/** What operators have said, but of gone agents, as the leader tells it. */
const told = async (masterUrl: string) => {
  const [quota, weights, schedule, agents] = await Promise.all(
    (['GET_QUOTA', 'GET_WEIGHTS', 'GET_MAINTENANCE_SCHEDULE', 'GET_AGENTS'] as const).map(type =>
      operate(masterUrl, { type }),
    ),
  )
  return {
    quotas: quota?.get_quota?.status.configs,
    weights: weights?.get_weights?.weight_infos,
    windows: schedule?.get_maintenance_schedule?.schedule.windows,
    agents: agents?.get_agents?.agents?.map(({ agent_info, deactivated, drain_info }) => ({
      id: agent_info.id?.value,
      deactivated,
      drain: drain_info?.state,
    })),
  }
}

/** Says something of everything; answers what is then told. */
const decree = async ({ masterUrl, agents }: LocalMesos) => {
  const config = { role: 'a', guarantees: { cpus: { value: 1 } }, limits: { cpus: { value: 2 } } }
  await operate(masterUrl, { type: 'UPDATE_QUOTA', update_quota: { quota_configs: [config] } })
  const weight_infos = [{ role: 'a', weight: 2.5 }]
  await operate(masterUrl, { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos } })
  const agent_id = { value: agents[0]?.id ?? '' }
  await operate(masterUrl, { type: 'DRAIN_AGENT', drain_agent: { agent_id } })
  const schedule = { windows: [{ machine_ids: machines, unavailability }] }
  await operate(masterUrl, { type: 'UPDATE_MAINTENANCE_SCHEDULE', update_maintenance_schedule: { schedule } })
  const all = await told(masterUrl)
  assert.equal(all.agents?.[0], { id: agent_id.value, deactivated: true, drain: 'DRAINED' })
  assert.equal([all.quotas?.length, all.weights?.length, all.windows?.length], [1, 1, 1])
  return all
}

test('what operators have said holds after a restart', async () => {
  const workDir = tempDir('mesos')
  const first = await start(workDir)
  const before = await decree(first)
  await stop(first)
  const second = await start(workDir)
  assert.equal(await told(second.masterUrl), before)
})

test('and under the next leader', async () => {
  const mesos = await start(tempDir('mesos'), { masters: 2 })
  const before = await decree(mesos)
  await mesos.masters[0]?.kill()
  const next = mesos.masters[1]?.url ?? ''
  await eventually('all agents', async () => (await told(next)).agents?.length === 2)
  assert.equal(await told(next), before)
})

test('a machine that is down stays so over a restart, until it is brought up', async () => {
  const workDir = tempDir('mesos')
  const first = await start(workDir)
  await decree(first)
  await operate(first.masterUrl, { type: 'START_MAINTENANCE', start_maintenance: { machines } })
  await stop(first)
  const second = await start(workDir)
  const hosts = async () => {
    const { get_agents } = await operate(second.masterUrl, { type: 'GET_AGENTS' })
    return get_agents?.agents?.map(({ agent_info }) => agent_info.hostname).sort()
  }
  assert.equal(await hosts(), ['agent1.local'])
  await operate(second.masterUrl, { type: 'STOP_MAINTENANCE', stop_maintenance: { machines } })
  await eventually('the other one', async () => (await hosts())?.length === 2)
})

test.run()
