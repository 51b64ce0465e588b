import { backoff } from '../../util/backoff.ts'

/** A container that ran this long, milliseconds, has recovered from earlier crashes. */
const recovered = 600_000

/** Whether a container that ended so runs again. Init containers end: for them, Always means OnFailure. */
export const restarts = (policy: string, init: boolean, exitCode: number): boolean =>
  policy !== 'Never' && (exitCode !== 0 || (policy === 'Always' && !init))

/** As the kubelet does it: at once, then after 10 s, doubling up to 5 minutes. Milliseconds. */
export const restartDelay = (crashes: number): number =>
  crashes === 0 ? 0 : backoff(crashes - 1, { initial: 10_000, max: 300_000, jitter: 0 })

/** Crashes in a row, before the one that ended a run of `ran` milliseconds. */
export const crashesBefore = (crashes: number, ran: number): number => (ran >= recovered ? 0 : crashes)
