/** What a reconciler wants next for its object. A thrown error asks for another try with back-off. */
export type Result = { readonly type: 'done' } | { readonly type: 'after'; readonly ms: number }

/** `'500ms'`, `'10s'`, `'5m'`, `'2h'`, or milliseconds. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`

/** All is as it should be: reconcile again when something changes. */
export const done: Result = { type: 'done' }

/** Reconcile again after this time at the latest; sooner when something changes. */
export const after = (duration: Duration): Result => ({ type: 'after', ms: milliseconds(duration) })

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

export const milliseconds = (duration: Duration): number => {
  if (typeof duration === 'number') return duration
  const [, amount, unit = ''] = /^([0-9.]+)(ms|s|m|h)$/.exec(duration) ?? []
  const factor = units[unit]
  if (amount === undefined || factor === undefined || Number.isNaN(Number(amount))) {
    throw new TypeError(`${duration} is no duration such as 500ms, 10s, 5m or 2h`)
  }
  return Number(amount) * factor
}
