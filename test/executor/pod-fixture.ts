import type { Container } from 'kubernetes-types/core/v1'
import type { Pod } from '../../api/kinds/pod.ts'

/** A container that runs a shell script. */
export const shell = (script: string, more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'busybox',
  command: ['/bin/sh', '-c', script],
  ...more,
})

export const podOf = (
  containers: readonly Container[],
  spec: Partial<Pod['spec']> = {},
  uid = 'u-1',
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `pod-${uid}`,
    namespace: 'default',
    uid,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2014-10-17T02:46:00Z',
    labels: { app: 'web' },
    annotations: { note: 'hello' },
  },
  spec: { nodeName: 'agent1.local', containers: [...containers], ...spec },
})
