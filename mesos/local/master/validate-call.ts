import type { SchedulerCall } from '../../protocol/messages.gen.ts'
import { isUuid } from '../uuid.ts'

const bodies = {
  SUBSCRIBE: 'subscribe',
  ACCEPT: 'accept',
  DECLINE: 'decline',
  ACCEPT_INVERSE_OFFERS: 'accept_inverse_offers',
  DECLINE_INVERSE_OFFERS: 'decline_inverse_offers',
  KILL: 'kill',
  SHUTDOWN: 'shutdown',
  ACKNOWLEDGE: 'acknowledge',
  RECONCILE: 'reconcile',
  MESSAGE: 'message',
  UPDATE_FRAMEWORK: 'update_framework',
} as const satisfies Partial<Record<NonNullable<SchedulerCall['type']>, keyof SchedulerCall>>

const hasBody = (type: string): type is keyof typeof bodies => Object.hasOwn(bodies, type)

/** Ids become folder names at the agents. */
const badFrameworkId = /^\.{0,2}$|[/\\\s]/

/** What is wrong with the call itself, in Mesos' words; undefined when nothing is. */
export const validateCall = (call: SchedulerCall): string | undefined => {
  const { type, framework_id, subscribe, acknowledge } = call
  if (type === undefined || type === 'UNKNOWN') return "Expecting 'type' to be present"
  if (hasBody(type) && call[bodies[type]] === undefined) return `Expecting '${bodies[type]}' to be present`
  if (type === 'SUBSCRIBE') {
    const id = subscribe?.framework_info.id?.value
    if (framework_id?.value !== id) return "'framework_id' differs from 'subscribe.framework_info.id'"
    if (id !== undefined && badFrameworkId.test(id)) return `'${id}' is not a framework id`
    return undefined
  }
  if (framework_id === undefined) return "Expecting 'framework_id' to be present"
  if (acknowledge && !isUuid(acknowledge.uuid)) return 'Not a valid UUID'
  return undefined
}
