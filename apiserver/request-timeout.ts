import { badRequest, statusOf } from '../api/errors.ts'
import type { Answer } from './listener.ts'

/** As Go writes a duration: `1h15m30.5s`, `-100ms`, `0`. */
const duration = /^[-+]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/

/** Requests that last as long as they like, and those of 2014, which had a `timeout` of their own. */
const isExempt = ({ pathname, searchParams }: URL): boolean =>
  searchParams.has('watch') || /\/(watch|proxy|redirect)(\/|$)|^\/api\/v1beta1(\/|$)/.test(pathname)

/** Refuses requests whose `?timeout=` is no duration. Answers come at once, so one that is has nothing to cut short. */
export const checkingTimeout =
  (answer: Answer): Answer =>
  (request, bindings) => {
    if (request.url.includes('timeout=')) {
      const url = new URL(request.url)
      const value = url.searchParams.get('timeout')
      if (value && !duration.test(value) && !isExempt(url)) {
        const says = `time: invalid duration ${JSON.stringify(value)}`
        const error = badRequest(`invalid timeout specified in the request URL - ${says}`)
        return Response.json(statusOf(error), { status: error.code })
      }
    }
    return answer(request, bindings)
  }
