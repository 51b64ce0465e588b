/** RFC 3339 in whole seconds, UTC, as all times of the API. */
export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
