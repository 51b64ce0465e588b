import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import type { Cluster } from '../../support/cluster.ts'

/** What a kubeconfig file for this server says; without the last flag this client refuses HTTP. */
export const configFor = ({ url }: Cluster): KubeConfig => {
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'it', server: url, skipTLSVerify: true }, { name: 'somebody' })
  return config
}

export const newNamespace = async (config: KubeConfig, name: string): Promise<string> => {
  await config.makeApiClient(CoreV1Api).createNamespace({ body: { metadata: { name } } })
  return name
}
