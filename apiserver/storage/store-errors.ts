import { unavailable } from '../../api/errors.ts'
import { StoreUnavailable } from '../../store/store.ts'

/** Awaits the store; when it does not answer, the client gets a ServiceUnavailable. */
export const answered = async <T>(answer: Promise<T>): Promise<T> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof StoreUnavailable) throw unavailable('the store does not answer', error)
    throw error
  }
}
