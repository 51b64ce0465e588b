import { userInfo } from 'node:os'
import { startLocalMesos } from '../../../mesos/local/index.ts'
import { jsonCodec } from '../../../mesos/protocol/json-codec.ts'
import { protobufCodec } from '../../../mesos/protocol/protobuf-codec.ts'
import { silent } from '../../../util/logger.ts'
import { tempDir } from '../../support/temp.ts'
import { mesosContract } from './contract.ts'
import { serveExecutor } from './served-executor.ts'

const executor = await serveExecutor('127.0.0.1')
const mesos = await startLocalMesos({
  workDir: tempDir('mesos'),
  agents: 2,
  resources: 'cpus:4;mem:4096;disk:1000;ports:[31000-31999]',
  logger: silent,
})
const options = {
  masterUrl: mesos.masterUrl,
  user: userInfo().username,
  operator: true,
  executor: executor.info,
}
mesosContract('embedded Mesos, JSON', { ...options, codec: jsonCodec }).run()
const last = mesosContract('embedded Mesos, protobuf', { ...options, codec: protobufCodec })
last.after(async () => {
  await mesos.close()
  await executor.close()
})
last.run()
