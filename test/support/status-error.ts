import { type Reason, StatusError } from '../../api/errors.ts'
import type { Kind } from '../../api/kind.ts'

const codes: Partial<Record<Reason, number>> = {
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
}

/** The StatusError that an API server would answer with. */
export const statusError = (reason: Reason, message: string, kind?: Kind): StatusError =>
  new StatusError({ reason, code: codes[reason] ?? 500, message }, { kind })
