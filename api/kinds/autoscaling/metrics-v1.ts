/**
 * Metrics as autoscaling/v1 writes them into annotations: the name and the target of a metric are members of its
 * source, where autoscaling/v2 has objects for them.
 */

export type Fields = { readonly [name: string]: unknown }

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldsIn = (value: unknown): Fields => (isFields(value) ? value : {})

/** Without what is not there. */
const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** The member of a metric that says where it comes from. */
const sources = ['object', 'pods', 'resource', 'containerResource', 'external'] as const

type Source = (typeof sources)[number]

const ofResource: readonly Source[] = ['resource', 'containerResource']

const converted = (metric: unknown, convert: (name: Source, source: Fields) => Fields): Fields => {
  const fields = fieldsIn(metric)
  const own = sources.filter(name => isFields(fields[name]))
  return {
    ...fields,
    ...Object.fromEntries(own.map(name => [name, given(convert(name, fieldsIn(fields[name])))])),
  }
}

/** What a source has beside its metric and its target. */
const rest = ({ describedObject, container }: Fields): Fields => ({ target: describedObject, container })

const metricNames = (name: Source, { metric, name: resource }: Fields): Fields => {
  if (ofResource.includes(name)) return { name: resource }
  const { name: metricName, selector } = fieldsIn(metric)
  return { metricName, [name === 'external' ? 'metricSelector' : 'selector']: selector }
}

const metricOf = (name: Source, source: Fields): Fields => {
  const { metricName, selector, metricSelector, target, container } = source
  const named = ofResource.includes(name)
    ? { name: source.name }
    : { metric: given({ name: metricName, selector: selector ?? metricSelector }) }
  return { ...named, container, describedObject: target }
}

/** A metric of a spec. */
export const metricToV1 = (metric: unknown): Fields =>
  converted(metric, (name, source) => {
    const { value, averageValue, averageUtilization } = fieldsIn(source.target)
    const average = name === 'object' ? 'averageValue' : 'targetAverageValue'
    return {
      ...metricNames(name, source),
      ...rest(source),
      targetValue: value,
      [average]: averageValue,
      targetAverageUtilization: averageUtilization,
    }
  })

export const metricFromV1 = (metric: unknown): Fields =>
  converted(metric, (name, source) => {
    const { targetValue: value, targetAverageUtilization: averageUtilization } = source
    const averageValue = source.targetAverageValue ?? source.averageValue
    const type =
      averageUtilization !== undefined
        ? 'Utilization'
        : // An object's average goes before its value, which v1 cannot leave out.
          averageValue !== undefined
          ? 'AverageValue'
          : 'Value'
    const target = given({
      type,
      value: type === 'Value' ? value : undefined,
      averageValue,
      averageUtilization,
    })
    return { ...metricOf(name, source), target }
  })

/** A metric of a status. */
export const measuredToV1 = (metric: unknown): Fields =>
  converted(metric, (name, source) => {
    const { value, averageValue, averageUtilization } = fieldsIn(source.current)
    const average = name === 'object' ? 'averageValue' : 'currentAverageValue'
    return {
      ...metricNames(name, source),
      ...rest(source),
      currentValue: value,
      [average]: averageValue,
      currentAverageUtilization: averageUtilization,
    }
  })

export const measuredFromV1 = (metric: unknown): Fields =>
  converted(metric, (name, source) => {
    const current = given({
      value: source.currentValue,
      averageValue: source.currentAverageValue ?? source.averageValue,
      averageUtilization: source.currentAverageUtilization,
    })
    return { ...metricOf(name, source), current }
  })
