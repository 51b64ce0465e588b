/** What a benchmark has found. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: '/s' | 'ms' | 'MB' | 'KB' | 's'
  /** CPU time of the measured process for one operation, microseconds. */
  readonly cpu?: number
  /** What we want; for rates at least this, for times and sizes at the most. */
  readonly target?: number
  /** The figure that this one is to be compared with; left out: the baseline. */
  readonly of?: string
}

export const runs = 3

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** The median of several runs, figure by figure. */
export const medians = async (measure: () => Promise<readonly Figure[]>): Promise<Figure[]> => {
  const all: (readonly Figure[])[] = []
  for (let run = 0; run < runs; run++) all.push(await measure())
  return (all[0] ?? []).map((figure, at) => ({
    ...figure,
    value: median(all.map(figures => figures[at]?.value ?? Number.NaN)),
    ...(figure.cpu !== undefined && { cpu: median(all.map(figures => figures[at]?.cpu ?? Number.NaN)) }),
  }))
}

const digits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)

const verdict = ({ value, unit, target }: Figure): string => {
  if (target === undefined) return ''
  const reached = unit === '/s' ? value >= target : value <= target
  return `${unit === '/s' ? '>=' : '<='} ${target}${reached ? '' : ' !'}`
}

const line = (...[name, value, cpu, target, remark]: readonly string[]): void => {
  const columns = [name?.padEnd(52), value?.padStart(12), cpu?.padStart(10), target?.padStart(13)]
  console.log(`  ${columns.join(' ')}  ${remark}`.trimEnd())
}

/** Shares of the baseline that are no more than this say nothing. */
const tiny = 0.01

/** Prints figures with their targets (`!` marks one that was missed), and rates as shares of the baseline's. */
export const show = (title: string, figures: readonly Figure[], baseline?: string): void => {
  const remarkOf = ({ name, value, unit, of = baseline }: Figure): string => {
    if (name === baseline) return 'baseline'
    const base = figures.find(each => each.name === of)?.value ?? Number.POSITIVE_INFINITY
    return unit === '/s' && value / base > tiny ? `${(value / base).toFixed(2)} of ${of}` : ''
  }
  console.log(`\n${title}`)
  line('', 'value', 'CPU/op', 'target', '')
  for (const figure of figures) {
    const { name, value, unit, cpu } = figure
    const cost = cpu === undefined ? '' : `${digits(cpu)} us`
    line(name, `${digits(value)} ${unit}`, cost, verdict(figure), remarkOf(figure))
  }
}
