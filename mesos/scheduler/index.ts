export { createFramework } from './create-framework.ts'
