import type { Client } from './client.ts'
import { clientGo } from './client-go.ts'
import { clientNode } from './client-node/client-node.ts'
import { controllerRuntime } from './controller-runtime.ts'
import { curl } from './curl.ts'
import { kubecfg } from './kubecfg.ts'
import { kubectl } from './kubectl/index.ts'
import { prometheus } from './prometheus.ts'
import { pythonClient } from './python/python.ts'
import { rubyClient } from './ruby/ruby.ts'

/** In the order of docs/clients.md. */
export const clients: readonly Client[] = [
  kubectl,
  clientGo,
  controllerRuntime,
  clientNode,
  pythonClient,
  rubyClient,
  prometheus,
  kubecfg,
  curl,
]
