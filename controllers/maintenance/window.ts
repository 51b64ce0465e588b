import type { Taint } from 'kubernetes-types/core/v1'
import type { Unavailability } from '../../mesos/protocol/messages.gen.ts'

const key = 'k8s.mesosphere.io/maintenance'

/** So long before its window an agent takes no new pods, milliseconds. */
const avoidance = 60 * 60_000

/** So long before its window its pods are moved, milliseconds: they need their grace, and time to start elsewhere. */
const departure = 10 * 60_000

/** What drives pods away that do not tolerate it. */
export const departureTaint: Taint = { key, effect: 'NoExecute' }

const milliseconds = ({ nanoseconds }: { readonly nanoseconds: number }): number => nanoseconds / 1e6

/** As Kubernetes writes times, to the second. */
const textOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** When the window begins. */
export const startOf = ({ start }: Unavailability): string => textOf(milliseconds(start))

/** When pods leave. */
export const departureOf = ({ start }: Unavailability): string => textOf(milliseconds(start) - departure)

/** Until then, milliseconds; negative afterwards. `now` is in milliseconds. */
export const untilDeparture = ({ start }: Unavailability, now: number): number =>
  milliseconds(start) - departure - now

/** An operator's window without a duration does not end. */
const endOf = ({ start, duration }: Unavailability): number =>
  duration ? milliseconds(start) + milliseconds(duration) : Number.POSITIVE_INFINITY

const isWithin = (window: Unavailability | undefined, lead: number, now: number): boolean =>
  window !== undefined && now >= milliseconds(window.start) - lead && now < endOf(window)

/** True when pods are to leave; `now` is in milliseconds. */
export const isDeparture = (window: Unavailability, now: number): boolean => isWithin(window, departure, now)

/** What the window is to pods that look for a place; `now` is in milliseconds. */
export const maintenanceTaints = (window: Unavailability | undefined, now: number): readonly Taint[] => [
  ...(isWithin(window, avoidance, now) ? [{ key, effect: 'NoSchedule' }] : []),
  ...(isWithin(window, departure, now) ? [departureTaint] : []),
]
