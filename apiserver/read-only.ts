import { StatusError, statusOf } from '../api/errors.ts'
import type { Clock } from '../util/clock.ts'
import type { Answer } from './listener.ts'

/** Requests per second in the long run, and at once: those of the original. */
const rate = 10
const burst = 200

/** True as often as the rate allows. */
const limiter = (clock: Clock): (() => boolean) => {
  let left = burst
  let last = clock.now()
  return () => {
    const now = clock.now()
    left = Math.min(burst, left + (rate * Math.max(0, now - last)) / 1000)
    last = now
    if (left < 1) return false
    left--
    return true
  }
}

const refusal = (error: StatusError, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(statusOf(error)), {
    status: error.code,
    headers: { 'content-type': 'application/json', ...headers },
  })

/** What a read-only port says to everything else. */
export const readOnlyRefusal = (): StatusError =>
  new StatusError({
    reason: 'Forbidden',
    code: 403,
    message: 'this is a read-only endpoint: write, and reach pods and services, through the other port',
  })

const tooMany = (): StatusError =>
  new StatusError({
    reason: 'TooManyRequests',
    code: 429,
    message: `rate limit is ${rate} QPS or a burst of ${burst}`,
    details: { retryAfterSeconds: 1 },
  })

/**
 * Answers reads alone, and not too many of them. Another protocol could say anything, so there is none; ways to pods
 * and services are closed by their handlers, who see `readOnly`.
 */
export const readOnly = (answer: Answer, clock: Clock): Answer => {
  const allowed = limiter(clock)
  return (request, bindings) => {
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (!reads || 'rawUpgrade' in bindings) return refusal(readOnlyRefusal())
    if (!allowed()) return refusal(tooMany(), { 'retry-after': '1' })
    return answer(request, { ...bindings, readOnly: true })
  }
}
