import { Environment } from '@marcbachmann/cel-js'
import { registerAddresses } from './library/addresses.ts'
import { registerHas } from './library/has.ts'
import { registerLists } from './library/lists.ts'
import { registerQuantities } from './library/quantities.ts'
import { registerStrings } from './library/strings.ts'
import { registerUrls } from './library/urls.ts'

let made: Environment | undefined

/** CEL with Kubernetes' libraries; every caller gets one to add to. Made when the first rule is there. */
export const newEnvironment = (): Environment => {
  if (!made) {
    made = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
    for (const register of [
      registerHas,
      registerLists,
      registerStrings,
      registerQuantities,
      registerUrls,
      registerAddresses,
    ]) {
      register(made)
    }
  }
  return made.clone()
}
