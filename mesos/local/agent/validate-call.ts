import type { ExecutorCall, TaskStatus } from '../../protocol/messages.gen.ts'
import { isUuid } from '../uuid.ts'

const invalidStatus = (call: ExecutorCall, status: TaskStatus): string | undefined => {
  if (status.uuid === undefined) return "Expecting 'uuid' to be present"
  if (!isUuid(status.uuid)) return 'Not a valid UUID'
  const executor = call.executor_id.value
  if (status.executor_id && status.executor_id.value !== executor) {
    return `ExecutorID in Call: ${executor} does not match ExecutorID in TaskStatus: ${status.executor_id.value}`
  }
  const from = `executor '${executor}' of framework ${call.framework_id.value}`
  if (status.source !== 'SOURCE_EXECUTOR') {
    return `Received Call from ${from} with invalid source, expecting 'SOURCE_EXECUTOR'`
  }
  if (status.state === 'TASK_STAGING') return `Received TASK_STAGING from ${from} which is not allowed`
  return undefined
}

/** What is wrong with the call itself, in Mesos' words; undefined when nothing is. */
export const validateCall = (call: ExecutorCall): string | undefined => {
  const { type, subscribe, update, message } = call
  if (type === undefined || type === 'UNKNOWN') return "Expecting 'type' to be present"
  if (type === 'SUBSCRIBE') {
    if (!subscribe) return "Expecting 'subscribe' to be present"
    // A real agent crashes on a bad one here; refusing it is the better answer.
    const faults = (subscribe.unacknowledged_updates ?? []).map(({ status }) => invalidStatus(call, status))
    return faults.find(fault => fault !== undefined)
  }
  if (type === 'UPDATE')
    return update ? invalidStatus(call, update.status) : "Expecting 'update' to be present"
  if (type === 'MESSAGE' && !message) return "Expecting 'message' to be present"
  return undefined
}
