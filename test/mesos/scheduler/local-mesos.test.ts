import { firstValueFrom } from 'rxjs'
import * as assert from 'uvu/assert'
import { startLocalMesos } from '../../../mesos/local/index.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import { protobufCodec } from '../../../mesos/protocol/protobuf-codec.ts'
import { available, resourcesOf } from '../../../mesos/protocol/resources.ts'
import { silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { tempDir } from '../../support/temp.ts'
import { operate } from '../local/operator-calls.ts'
import { frameworkSuite, startFramework } from './started-framework.ts'

const test = frameworkSuite('framework with the embedded Mesos')

for (const codec of [jsonCodec, protobufCodec]) {
  test(`offers, reconciliation and a restart over ${codec.contentType}`, async context => {
    const mesos = await startLocalMesos({
      workDir: tempDir('mesos'),
      agents: 2,
      resources: 'cpus:4;mem:1024;ports:[31000-31099]',
      timing: { allocation: 20 },
      logger: silent,
    })
    context.open.push(mesos)
    const framework = startFramework(context, [{ host: mesos.master }], { codec })
    const { frameworkId } = await framework.until('subscribed')
    assert.equal(framework.saved, [frameworkId])

    await eventually('an offer of each agent', () => framework.offers.size === 2)
    const offers = [...framework.offers.values()]
    for (const { resources = [], allocation_info } of offers) {
      assert.equal(available(resourcesOf(resources), 'cpus'), { type: 'SCALAR', value: 4000 })
      assert.equal(allocation_info, { role: '*' })
    }

    const { agents = [] } = await framework.getAgents()
    assert.equal(agents.map(({ agent_info }) => agent_info.hostname).sort(), ['agent1.local', 'agent2.local'])
    assert.ok(agents.every(({ active }) => active))

    const [first, second] = offers.map(({ id }) => id.value)
    assert.ok(first && second)
    await framework.decline([first], 3600)
    assert.equal([...framework.offers.keys()], [second])
    await framework.revive()
    await eventually('what was declined is offered again', () => framework.offers.size === 2)

    await framework.reconcile([{ taskId: 'never-existed' }])
    const { status } = await eventually('an answer', () => framework.updates[0])
    assert.is(status.task_id.value, 'never-existed')
    assert.is(status.state, 'TASK_UNKNOWN')
    assert.is(status.uuid, undefined)
    await framework.acknowledge({ status, session: 1 })

    await framework.stop()
    assert.is(framework.offers.size, 0)
    framework.start()
    const again = await framework.until('subscribed')
    assert.is(again.frameworkId, frameworkId)
    assert.is(again.session, 2)

    await framework.teardown()
    assert.is(framework.sessions.at(-1)?.state, 'removed')
    const next = startFramework(context, [{ host: mesos.master }], {
      codec,
      frameworkId: { load: async () => frameworkId, save: async () => {} },
    })
    assert.is((await next.until('removed')).reason, 'Framework has been removed')
  })

  test(`inverse offers come and are answered over ${codec.contentType}`, async context => {
    const mesos = await startLocalMesos({
      workDir: tempDir('mesos'),
      fakeExecutors: { delay: 0 },
      timing: { allocation: 20 },
      logger: silent,
    })
    context.open.push(mesos)
    const framework = startFramework(context, [{ host: mesos.master }], { codec })
    await eventually('something that we could lose', () => framework.offers.size > 0)
    const machine = { hostname: 'agent1.local', ip: '127.0.0.1' }
    const unavailability = { start: { nanoseconds: 2e18 }, duration: { nanoseconds: 60e9 } }
    const asked = firstValueFrom(framework.inverseOffers$)
    await operate(mesos.masterUrl, {
      type: 'UPDATE_MAINTENANCE_SCHEDULE',
      update_maintenance_schedule: { schedule: { windows: [{ machine_ids: [machine], unavailability }] } },
    })
    const { id, agent_id, unavailability: told } = await asked
    assert.is(agent_id?.value, mesos.agents[0]?.id)
    assert.equal(told, unavailability)
    const answers = async () => {
      const answer = await operate(mesos.masterUrl, { type: 'GET_MAINTENANCE_STATUS' })
      const [draining] = answer.get_maintenance_status?.status.draining_machines ?? []
      return draining?.statuses?.map(({ status }) => status)
    }
    const again = firstValueFrom(framework.inverseOffers$)
    await framework.answerInverse(id.value, 'decline', 0)
    assert.equal(await answers(), ['DECLINE'])
    await framework.answerInverse((await again).id.value, 'accept', 60)
    assert.equal(await answers(), ['ACCEPT'])
  })
}

test('a second scheduler with the same id takes over for good', async context => {
  const mesos = await startLocalMesos({
    workDir: tempDir('mesos'),
    agents: 1,
    resources: 'cpus:1',
    logger: silent,
  })
  context.open.push(mesos)
  const first = startFramework(context, [{ host: mesos.master }])
  const { frameworkId } = await first.until('subscribed')
  const second = startFramework(context, [{ host: mesos.master }], {
    frameworkId: { load: async () => frameworkId, save: async () => {} },
  })
  await second.until('subscribed')
  await first.until('superseded')
  assert.is(second.sessions.at(-1)?.state, 'subscribed')
})

test.run()
