const parts = /^v(\d+)(?:(alpha|beta)(\d+))?$/

/** Orders versions as clients prefer them: `v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha1`, then others by their names. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [rank(a), rank(b)]
  for (const [i, each] of left.entries()) {
    const difference = (right[i] ?? 0) - each
    if (difference !== 0) return difference
  }
  return a < b ? -1 : a > b ? 1 : 0
}

const stages: Readonly<Record<string, number>> = { alpha: 1, beta: 2 }

const rank = (version: string): readonly number[] => {
  const [, major, stage, minor] = parts.exec(version) ?? []
  return major ? [stage ? (stages[stage] ?? 0) : 3, Number(major), Number(minor ?? 0)] : [0, 0, 0]
}
