const meta = '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1'

const conventions = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md'

/** What every object has, with Kubernetes' own words for it: `kubectl explain` shows them. */
export const common = (metadata: string) => ({
  apiVersion: {
    type: 'string',
    description:
      'APIVersion defines the versioned schema of this representation of an object. Servers should convert ' +
      'recognized schemas to the latest internal value, and may reject unrecognized values. ' +
      `More info: ${conventions}#resources`,
  },
  kind: {
    type: 'string',
    description:
      'Kind is a string value representing the REST resource this object represents. Servers may infer this from ' +
      'the endpoint the client submits requests to. Cannot be updated. In CamelCase. ' +
      `More info: ${conventions}#types-kinds`,
  },
  metadata: {
    $ref: `${meta}.${metadata}`,
    description: `Standard ${metadata === 'ListMeta' ? 'list' : "object's"} metadata. More info: ${conventions}#metadata`,
  },
})
