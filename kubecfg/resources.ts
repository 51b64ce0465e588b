/** What can be named on the command line, in the order of the original's messages. */
export const resources = ['events', 'minions', 'pods', 'replicationControllers', 'services'] as const

export type Resource = (typeof resources)[number]

/** `pods/nginx` in its parts; no resource for a name that is none. */
export const parseResource = (text = '') => {
  const [name = '', ...rest] = text.replace(/^\/+|\/+$/g, '').split('/')
  return { resource: resources.find(each => each === name), id: rest.join('/') || undefined }
}
