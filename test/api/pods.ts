import type { Pod } from '../../api/kinds/index.ts'

/** A pod `p` in `default`, as it may be stored. */
export const pod = (
  parts: { metadata?: Partial<Pod['metadata']>; spec?: Pod['spec']; status?: Pod['status'] } = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    namespace: 'default',
    uid: '5b3f7a0e-0000-4000-8000-000000000000',
    resourceVersion: '1',
    creationTimestamp: '2014-10-17T02:46:00Z',
    ...parts.metadata,
  },
  spec: parts.spec ?? { containers: [{ name: 'c', image: 'nginx' }] },
  ...(parts.status && { status: parts.status }),
})
