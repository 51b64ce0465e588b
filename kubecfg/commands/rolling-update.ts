import type { LegacyPod } from '../../api/v1beta1/shapes.ts'
import { sleep } from '../../util/clock.ts'
import { Failure, logLine } from '../failure.ts'
import type { Flags } from '../flags.ts'
import type { Io } from '../io.ts'
import { namespaceOf } from '../namespace.ts'
import type { Json, Server } from '../server.ts'
import { getController, putController } from './controllers.ts'

/** How often, and how long, a replacement is waited for: milliseconds, as in the original. */
const interval = 5_000
const timeout = 300_000

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A duration as Go writes it: `1m30s`. Milliseconds. */
export const parseDuration = (text: string): number => {
  if (text === '0') return 0
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text))
    throw new Failure(`-u needs a time such as 60s or 1m30s, not "${text}"`)
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)]
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (units[unit] ?? 0), 0)
}

const withImage = (controller: Awaited<ReturnType<typeof getController>>, image: string): Json => {
  const copy = structuredClone(controller)
  const container = copy.desiredState?.podTemplate?.desiredState?.manifest?.containers?.[0]
  if (!container)
    throw new Failure(`Error: replicationController "${controller.id}" has no container to update`)
  container.image = image
  return copy
}

/**
 * `rollingupdate <controller>`: sets the image of -image in the controller's template, then deletes the pods one by
 * one. The controller makes each anew; the next goes only when the replacement runs and -u has passed.
 */
export const rollingUpdate = async (name: string, server: Server, flags: Flags, io: Io): Promise<void> => {
  const namespace = namespaceOf(flags, io)
  const period = parseDuration(flags.u)
  const found = await getController(server, name, namespace)
  if (flags.image) await putController(server, name, namespace, withImage(found, flags.image))
  const labels = Object.entries(found.desiredState?.replicaSelector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  const pods = async () => {
    const list = await server.send({ method: 'GET', path: 'pods', query: { namespace, labels } })
    return list.items as readonly LegacyPod[]
  }
  const old = await pods()
  const replaced = new Set<string | undefined>()

  /** All pods are back: as many as before, none of them deleted, and the new ones run. */
  const back = async (): Promise<boolean> => {
    const now = await pods()
    const fresh = now.filter(({ uid }) => old.every(each => each.uid !== uid))
    const runs = fresh.every(({ currentState }) => currentState?.status === 'Running')
    return now.length >= old.length && !now.some(({ uid }) => replaced.has(uid)) && runs
  }

  const until = async (deleted: string): Promise<void> => {
    const deadline = io.clock.now() + timeout
    while (!(await back())) {
      if (io.clock.now() >= deadline) {
        throw new Failure(
          `Error: pod "${deleted}" has no running replacement after ${timeout / 1000} s; ` +
            `${replaced.size} of ${old.length} pods were updated`,
        )
      }
      await sleep(io.clock, interval)
    }
  }

  for (const { id = '', uid } of old) {
    await server.send({ method: 'DELETE', path: `pods/${encodeURIComponent(id)}`, query: { namespace } })
    replaced.add(uid)
    if (flags.verbose) {
      const message = `Deleted pod ${id}, ${replaced.size} of ${old.length}`
      io.stderr(logLine('I', message, new Date(io.clock.now())))
    }
    await sleep(io.clock, period)
    await until(id)
  }
}
