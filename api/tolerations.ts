import type { Taint, Toleration } from 'kubernetes-types/core/v1'

/** What a toleration leaves out, it takes as it comes; without a key it must say Exists, which validation sees to. */
const tolerates = ({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean =>
  (!effect || effect === taint.effect) &&
  (!key || key === taint.key) &&
  (operator === 'Exists' || value === (taint.value ?? ''))

/** Those of the tolerations that are of this taint. */
export const tolerating = (taint: Taint, tolerations: readonly Toleration[] = []): readonly Toleration[] =>
  tolerations.filter(toleration => tolerates(toleration, taint))

/** True when one of the tolerations is of this taint. */
export const isTolerated = (taint: Taint, tolerations: readonly Toleration[] = []): boolean =>
  tolerations.some(toleration => tolerates(toleration, taint))
