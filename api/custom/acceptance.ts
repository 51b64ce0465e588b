import type { CustomResourceDefinition } from '../kinds/apiextensions/custom-resource-definition.ts'

type Status = NonNullable<CustomResourceDefinition['status']>
type Condition = NonNullable<Status['conditions']>[number]
type Names = NonNullable<Status['acceptedNames']>

/** Names that a group has given away. */
export interface Taken {
  /** Plurals, singulars and short names. */
  readonly resources: ReadonlySet<string>
  /** Kinds and kinds of lists. */
  readonly kinds: ReadonlySet<string>
}

type Condensed = Omit<Condition, 'lastTransitionTime'>

export const isEstablished = ({ status }: CustomResourceDefinition): boolean =>
  status?.conditions?.some(each => each.type === 'Established' && each.status === 'True') ?? false

/**
 * The status of a definition among others: the names that it has, and whether its resource is served. `now` is RFC
 * 3339. A definition keeps the names that it had where it cannot have those that it wants.
 */
export const acceptance = (
  { spec, status = {} }: CustomResourceDefinition,
  taken: Taken,
  now: string,
): Status => {
  const had: Partial<Names> = status.acceptedNames ?? {}
  const wanted = spec.names
  const problems: (readonly [reason: string, message: string])[] = []
  const accept = <K extends keyof Names>(
    key: K,
    used: ReadonlySet<string>,
    reason: string,
  ): Names[K] | undefined => {
    const fresh = [wanted[key] ?? []].flat().filter(name => ![had[key] ?? []].flat().includes(name))
    const inUse = fresh
      .filter(name => used.has(name))
      .map(name => `${JSON.stringify(name)} is already in use`)
    if (inUse.length === 0) return wanted[key]
    problems.push([reason, inUse.length > 1 ? `[${inUse.join(', ')}]` : inUse.join()])
    return had[key]
  }
  const { resources, kinds } = taken
  const acceptedNames = defined({
    plural: accept('plural', resources, 'PluralConflict') ?? '',
    singular: accept('singular', resources, 'SingularConflict'),
    shortNames: accept('shortNames', resources, 'ShortNamesConflict'),
    kind: accept('kind', kinds, 'KindConflict') ?? '',
    listKind: accept('listKind', kinds, 'ListKindConflict'),
    categories: wanted.categories,
  })
  const [reason, message] = problems.at(-1) ?? []
  const accepted: Condensed = reason
    ? { type: 'NamesAccepted', status: 'False', reason, message }
    : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
  const before = status.conditions ?? []
  const withNames = withCondition(before, accepted, now)
  // What is established stays so: its objects are there.
  const conditions = before.some(each => each.type === 'Established' && each.status === 'True')
    ? withNames
    : withCondition(withNames, reason ? notAccepted : established, now)
  return { ...status, conditions, acceptedNames }
}

const established: Condensed = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
}

const notAccepted: Condensed = {
  type: 'Established',
  status: 'False',
  reason: 'NotAccepted',
  message: 'not all names are accepted',
}

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T

/** The conditions with another one of its type; its time is that of the last change of its status. */
export const withCondition = (
  conditions: readonly Condition[],
  next: Condensed,
  now: string,
): readonly Condition[] => {
  const old = conditions.find(({ type }) => type === next.type)
  const lastTransitionTime = old?.status === next.status ? (old.lastTransitionTime ?? now) : now
  const { type, status, reason, message } = next
  const condition = { type, status, lastTransitionTime, reason, message } as Condition
  return old ? conditions.map(each => (each === old ? condition : each)) : [...conditions, condition]
}
