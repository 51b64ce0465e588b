export { createFramework, type FrameworkOptions, type RunningFramework } from './create-framework.ts'
export type { Credentials } from './credentials.ts'
export { detectMasters } from './detection/index.ts'
export { MalformedMasters, parseMasters } from './detection/parse-masters.ts'
