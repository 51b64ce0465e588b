import type { MasterCall, MasterResponse } from '../../../mesos/protocol/messages.gen.ts'

/** Calls the operator API; rejects with status and text of anything but 200. */
export const operate = async (masterUrl: string, call: MasterCall): Promise<MasterResponse> => {
  const answer = await fetch(`${masterUrl}/api/v1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(call),
  })
  const body = await answer.text()
  if (answer.status !== 200) throw new Error(`${answer.status} ${body}`)
  return body === '' ? {} : JSON.parse(body)
}
