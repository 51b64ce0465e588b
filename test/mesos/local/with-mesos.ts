import { type LocalMesos, type LocalMesosOptions, startLocalMesos } from '../../../mesos/local/index.ts'
import { silent } from '../../../util/logger.ts'
import { tempDir } from '../../support/temp.ts'
import { type TestScheduler, testScheduler } from './scheduler.ts'

/** An embedded Mesos whose executors pretend, and a scheduler at it, as long as `step` takes. */
export const withMesos = async (
  options: Pick<LocalMesosOptions, 'agents' | 'timing'>,
  step: (mesos: LocalMesos, scheduler: TestScheduler) => Promise<void>,
): Promise<void> => {
  const workDir = tempDir('mesos')
  const mesos = await startLocalMesos({ workDir, fakeExecutors: { delay: 0 }, logger: silent, ...options })
  const scheduler = await testScheduler(mesos.masterUrl)
  try {
    await step(mesos, scheduler)
  } finally {
    scheduler.close()
    await mesos.close()
  }
}
