import { filter, firstValueFrom } from 'rxjs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Codec } from '../../../mesos/protocol/codec.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import type { FrameworkInfo, Offer, TaskInfo } from '../../../mesos/protocol/messages.gen.ts'
import {
  createFramework,
  type FrameworkOptions,
  type RunningFramework,
} from '../../../mesos/scheduler/create-framework.ts'
import { detectMasters } from '../../../mesos/scheduler/detection/index.ts'
import type { Session, TaskUpdate } from '../../../mesos/scheduler/framework.ts'
import { type Logger, silent } from '../../../util/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type ScriptedMaster, scriptedMaster, subscribedEvent } from './scripted-master.ts'

export const frameworkInfo: FrameworkInfo = {
  user: 'root',
  name: 'test',
  // Without it Mesos removes a framework as soon as it is disconnected.
  failover_timeout: 600,
  roles: ['*'],
  capabilities: [{ type: 'MULTI_ROLE' }, { type: 'PARTITION_AWARE' }],
}

export interface Context {
  open: { close(): Promise<unknown> }[]
}

/** A suite whose tests leave nothing open. */
export const frameworkSuite = (name: string) => {
  const test = suite<Context>(name, { open: [] })
  test.after.each(async context => {
    for (const thing of context.open.splice(0).reverse()) await thing.close()
  })
  return test
}

export const startMaster = async (context: Context, codec?: Codec): Promise<ScriptedMaster> => {
  const master = await scriptedMaster(codec)
  context.open.push(master)
  return master
}

interface Started extends RunningFramework {
  readonly sessions: readonly Session[]
  readonly updates: readonly TaskUpdate[]
  readonly saved: readonly string[]
  readonly warnings: readonly string[]
  readonly clock: ManualClock
  /** The first session, now or later, in that state. */
  until<S extends Session['state']>(state: S): Promise<Extract<Session, { state: S }>>
}

/** A framework that talks to these masters, started; its time stands still. */
export const startFramework = (
  context: Context,
  masters: readonly { host: string }[],
  more: Partial<FrameworkOptions> = {},
): Started => {
  const saved: string[] = []
  const warnings: string[] = []
  const logger: Logger = { ...silent, warn: message => void warnings.push(message) }
  const clock = new ManualClock()
  const framework = createFramework({
    masters$: detectMasters({ masters: masters.map(({ host }) => host).join(','), logger, clock }),
    codec: jsonCodec,
    frameworkInfo,
    frameworkId: { load: async () => saved.at(-1), save: async id => void saved.push(id) },
    logger,
    clock,
    ...more,
  })
  const sessions: Session[] = []
  framework.session$.subscribe(session => sessions.push(session))
  const updates: TaskUpdate[] = []
  framework.updates$.subscribe(update => updates.push(update))
  context.open.push({ close: () => framework.stop() })
  framework.start()
  return {
    ...framework,
    sessions,
    updates,
    saved,
    warnings,
    clock,
    until: state =>
      firstValueFrom(
        framework.session$.pipe(
          filter((session): session is Extract<Session, { state: typeof state }> => session.state === state),
        ),
      ),
  }
}

/** A framework in its first session with a master. */
export const subscribed = async (context: Context) => {
  const master = await startMaster(context)
  const framework = startFramework(context, [master])
  const stream = await master.stream(1)
  stream.send(subscribedEvent('f-1'))
  await framework.until('subscribed')
  return { master, framework, stream }
}

/** Milliseconds to the next try, once the connection is lost. Back-off is the only timer as short as this. */
export const retryDelay = (framework: Started): Promise<number> =>
  eventually('a try is due', () => {
    const { next } = framework.clock
    return next !== undefined && next <= 15_000 ? next : undefined
  })

export const retry = async (framework: Started): Promise<void> =>
  framework.clock.advance(await retryDelay(framework))

const offer = (id: string): Offer => ({
  id: { value: id },
  framework_id: { value: 'f-1' },
  agent_id: { value: 'a-1' },
  hostname: 'agent1',
})

export const offersEvent = (...ids: string[]) =>
  ({ type: 'OFFERS', offers: { offers: ids.map(offer) } }) as const

export const task = (id: string): TaskInfo => ({
  name: id,
  task_id: { value: id },
  agent_id: { value: 'a-1' },
  resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 }, allocation_info: { role: '*' } }],
})

export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.unreachable('should have been rejected'),
    error => error,
  )
