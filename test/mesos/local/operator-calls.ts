import type { MasterCall, MasterResponse } from '../../../mesos/protocol/messages.gen.ts'

/** Calls the operator API; rejects with status and text of anything but 200. */
export const operate = async (masterUrl: string, call: MasterCall): Promise<MasterResponse> => {
  const answer = await fetch(`${masterUrl}/api/v1`, {
    method: 'POST',
    // A kept connection would be one with a master that has been restarted meanwhile, on the same port.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(call),
  })
  const body = await answer.text()
  if (answer.status !== 200) throw new Error(`${answer.status} ${body}`)
  return body === '' ? {} : JSON.parse(body)
}
