export { createFramework, type FrameworkOptions } from './create-framework.ts'
export { detectMasters } from './detection/index.ts'
export { MalformedMasters, parseMasters } from './detection/parse-masters.ts'
