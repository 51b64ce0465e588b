import { clientGo } from './client-go.ts'
import { controllerRuntime } from './controller-runtime.ts'
import { curl } from './curl.ts'
import { kubecfg } from './kubecfg.ts'
import { prometheus } from './prometheus.ts'
import { tryClient } from './try-client.ts'

tryClient(kubecfg)
tryClient(curl, 'skipped')
tryClient(clientGo, 'skipped')
tryClient(controllerRuntime, 'skipped')
tryClient(prometheus, 'skipped')
