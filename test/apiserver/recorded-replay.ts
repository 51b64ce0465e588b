/** Values that no server can give twice: they are compared by their presence only, or not at all. */
const volatile = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'lastTransitionTime',
  'continue',
  'time',
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'portalIP',
])

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

const sameText = (recorded: unknown, ours: unknown): boolean =>
  typeof recorded === 'string' && typeof ours === 'string'
    ? recorded.replaceAll(uid, '?') === ours.replaceAll(uid, '?')
    : recorded === ours

/**
 * What differs between what was recorded and what we answer, as paths; empty when nothing that counts does. nulls and
 * missing fields are the same.
 */
export const differences = (recorded: unknown, ours: unknown, path = ''): string[] => {
  const key = path.slice(path.lastIndexOf('.') + 1)
  if ((recorded ?? undefined) === undefined || (ours ?? undefined) === undefined) {
    return (recorded ?? undefined) === (ours ?? undefined)
      ? []
      : [`${path}: ${show(recorded)} but ${show(ours)}`]
  }
  if (volatile.has(key)) return []
  if (typeof recorded !== 'object' || typeof ours !== 'object' || recorded === null || ours === null) {
    return sameText(recorded, ours) ? [] : [`${path}: ${show(recorded)} but ${show(ours)}`]
  }
  if (Array.isArray(recorded) && Array.isArray(ours) && recorded.length !== ours.length) {
    return [`${path}: ${recorded.length} items but ${ours.length}`]
  }
  const keys = new Set([...Object.keys(recorded), ...Object.keys(ours)])
  return [...keys].flatMap(each =>
    differences((recorded as Fields)[each], (ours as Fields)[each], `${path}.${each}`),
  )
}

type Fields = Record<string, unknown>

const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? 'nothing'

/**
 * Replaces what the recorded server made up (uids, revisions) by what ours did, in the requests that follow: pairs are
 * learnt from each answer.
 */
export const createTranslator = () => {
  const uids = new Map<string, string>()
  const revisions = new Map<string, string>()
  const tokens = new Map<string, string>()

  const learn = (recorded: unknown, ours: unknown): void => {
    if (typeof recorded !== 'object' || typeof ours !== 'object' || !recorded || !ours) return
    for (const [key, value] of Object.entries(recorded)) {
      const other = (ours as Fields)[key]
      if (other === undefined || value === null) continue
      if (key === 'uid') uids.set(String(value), String(other))
      else if (key === 'resourceVersion') revisions.set(String(value), String(other))
      else if (key === 'continue') tokens.set(String(value), String(other))
      else learn(value, other)
    }
  }

  const body = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(body)
    if (typeof value !== 'object' || value === null) {
      return typeof value === 'string' ? (uids.get(value) ?? value) : value
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        const known = key === 'resourceVersion' && revisions.get(String(each))
        if (known) return [key, typeof each === 'number' ? Number(known) : known]
        return [key, key === 'id' && typeof each === 'string' ? (uids.get(each) ?? each) : body(each)]
      }),
    )
  }

  const path = (text: string): string =>
    [...tokens].reduce((all, [recorded, ours]) => all.replace(recorded, ours), text)

  return { learn, body, path }
}
