export { rootCa } from './root-ca.ts'
