import { canonicalQuantity, compareQuantities, parseQuantity } from '../../api/quantity.ts'
import { thousandths } from '../../mesos/protocol/amount.ts'
import type { Resource } from '../../mesos/protocol/messages.gen.ts'

/** Quantities by Kubernetes' names of resources. */
export type Amounts = Readonly<Record<string, string>>

/** Mesos' names of resources, and Kubernetes' with the unit that Mesos counts them in. */
const resources = [
  ['cpus', 'cpu', 'm'],
  ['mem', 'memory', 'Mi'],
  ['disk', 'ephemeral-storage', 'Mi'],
  ['gpus', 'nvidia.com/gpu', ''],
] as const

/** What is always told, be there none of it. */
const basic: readonly string[] = ['cpu', 'memory', 'ephemeral-storage']

/** What an executor takes. CPUs, MiB. */
export interface Overhead {
  readonly cpus: number
  readonly mem: number
}

/** The resources less what is taken, as Kubernetes counts them; not those that can be taken away at any time. */
export const amountsOf = (list: readonly Resource[], taken: Overhead = { cpus: 0, mem: 0 }): Amounts =>
  Object.fromEntries(
    resources.flatMap(([name, kubernetesName, unit]) => {
      const parts = list.filter(resource => resource.name === name && !resource.revocable)
      const sum = parts.reduce((total, { scalar }) => total + thousandths(scalar?.value ?? 0), 0)
      const left = Math.max(0, sum - (name === 'cpus' || name === 'mem' ? thousandths(taken[name]) : 0))
      const amount = unit === 'm' ? left : Math.floor(left / 1_000)
      return amount > 0 || basic.includes(kubernetesName)
        ? [[kubernetesName, canonicalQuantity(`${amount}${unit}`)]]
        : []
    }),
  )

/** What those with these roles can use: what is reserved for none, for their roles and for roles above; no volumes. */
export const usableBy = (roles: readonly string[], list: readonly Resource[]): readonly Resource[] =>
  list.filter(({ role = '*', reservations = [], disk }) => {
    const reserved = reservations.at(-1)?.role ?? role
    const ours = roles.some(one => one === reserved || one.startsWith(`${reserved}/`))
    return !disk && (reserved === '*' || ours)
  })

/** The larger amount of each. */
export const most = (a: Amounts, b: Amounts): Amounts => ({
  ...a,
  ...Object.fromEntries(
    Object.entries(b).filter(
      ([name, amount]) => compareQuantities(parseQuantity(amount), parseQuantity(a[name] ?? '0')) >= 0,
    ),
  ),
})
