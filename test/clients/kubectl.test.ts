import { kubectl } from './kubectl/index.ts'
import { tryClient } from './try-client.ts'

tryClient(kubectl)
