import type { Kind } from '../../api/kind.ts'
import { Scale } from '../../api/kinds/autoscaling/scale.ts'
import type { Resource } from '../../api/resource.ts'
import type { Clock } from '../../util/clock.ts'
import type { Registry } from '../registry/registry.ts'
import { readScale, scaleOf } from '../registry/scale.ts'
import type { Stored } from '../storage/stored.ts'
import { type Handler, readRef } from './handler.ts'
import { representations } from './representations.ts'
import { type Request, readData } from './request.ts'
import { readWriteOptions } from './write-options.ts'

interface ScaleHandlers {
  readonly get: Handler
  readonly update: Handler
}

/** Shows the Scales of a kind's objects in the form that the client takes. */
export interface ScaleForm<T extends Resource> {
  check(c: Request): void
  send(c: Request, scaled: Stored<T>): Response
}

export const scaleForm = <T extends Resource>(kind: Kind<T>, clock: Clock): ScaleForm<T> => {
  const shown = representations(Scale, clock)
  return {
    check: c => shown.check(c, 'object'),
    send(c, { key, object: scaled, revision }) {
      const object = scaleOf(kind, scaled)
      return shown.one(c, 200, { key, object, bytes: Buffer.from(JSON.stringify(object)), revision })
    },
  }
}

/** `/scale` of a kind. */
export const scaleHandlers = <T extends Resource>(
  registry: Registry,
  kind: Kind<T>,
  form: ScaleForm<T>,
): ScaleHandlers => ({
  async get(c) {
    form.check(c)
    return form.send(c, await registry.get(kind, readRef(c)))
  },

  async update(c) {
    form.check(c)
    const options = readWriteOptions(c, 'UpdateOptions')
    const wanted = readScale(await readData(c, 'Scale'))
    return form.send(c, await registry.scale(kind, readRef(c), () => wanted, options))
  },
})
