/** RFC 3339 in whole seconds, UTC, as all times of the API. */
export const timestamp = (ms: number): string => {
  const second = Math.floor(ms / 1000)
  if (second !== last.second) last = { second, text: `${new Date(ms).toISOString().slice(0, 19)}Z` }
  return last.text
}

/** A second sees thousands of objects made. */
let last = { second: Number.NaN, text: '' }
