import type * as core from 'kubernetes-types/core/v1'

// What is newer than the types we have of Kubernetes.

/** `image` mounts what a registry holds; it takes no more than the name. */
export interface Volume extends core.Volume {
  image?: { reference?: string; pullPolicy?: string }
}

export interface FileKeySelector {
  volumeName?: string
  path?: string
  key?: string
  optional?: boolean
}

export interface EnvVarSource extends core.EnvVarSource {
  fileKeyRef?: FileKeySelector
}

export interface EnvVar extends core.EnvVar {
  valueFrom?: EnvVarSource
}

/** What becomes of a container that ends with one of some exit codes. */
export interface ContainerRestartRule {
  action?: string
  exitCodes?: { operator?: string; values?: number[] }
}

export interface ResourceClaim extends core.ResourceClaim {
  request?: string
}

export interface ResourceRequirements extends core.ResourceRequirements {
  claims?: ResourceClaim[]
}

export interface Container extends core.Container {
  env?: EnvVar[]
  resources?: ResourceRequirements
  restartPolicyRules?: ContainerRestartRule[]
}

export interface PodResourceClaim extends core.PodResourceClaim {
  resourceClaimName?: string
  resourceClaimTemplateName?: string
}

export interface PodSecurityContext extends core.PodSecurityContext {
  supplementalGroupsPolicy?: string
  seLinuxChangePolicy?: string
}

export interface PodSpec extends core.PodSpec {
  containers: Container[]
  initContainers?: Container[]
  hostnameOverride?: string
  resourceClaims?: PodResourceClaim[]
  /** Of the pod as a whole. */
  resources?: ResourceRequirements
  securityContext?: PodSecurityContext
  volumes?: Volume[]
}
