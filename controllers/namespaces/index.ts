export { namespaces } from './namespaces.ts'
