import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pod } from '../../../../api/kinds/index.ts'
import { wrongWith } from '../admit.ts'

type Spec = Pod['spec']
type Container = Spec['containers'][number]

/** What is wrong with a pod that has these parts, in kube-apiserver's words. */
export const wrong = (spec: Partial<Spec>): string[] =>
  wrongWith(Pod, {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  })

/** The parts of a pod whose only container has these. */
export const container = (parts: Partial<Container>, spec: Partial<Spec> = {}): Partial<Spec> => ({
  containers: [{ name: 'c', image: 'i', ...parts }],
  ...spec,
})

/** The parts of a pod that has such an init container. */
export const init = (parts: Partial<Container>): Partial<Spec> => ({
  initContainers: [{ name: 'init', image: 'i', ...parts }],
})

/** One thing is wrong with each, or several that belong together. The wording is kube-apiserver's, word for word. */
export type Cases = readonly (readonly [what: string, spec: Partial<Spec>, errors: readonly string[]])[]

export const testCases = (cases: Cases): void => {
  for (const [what, spec, errors] of cases) test(what, () => assert.equal(wrong(spec), errors))
}
