import { clientNode } from './client-node/client-node.ts'
import { pythonClient } from './python/python.ts'
import { rubyClient } from './ruby/ruby.ts'
import { tryClient } from './try-client.ts'

tryClient(clientNode)
tryClient(pythonClient)
tryClient(rubyClient)
