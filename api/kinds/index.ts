import type { Kind } from '../kind.ts'
import { MutatingAdmissionPolicy } from './admissionregistration/mutating-admission-policy.ts'
import { MutatingAdmissionPolicyBinding } from './admissionregistration/mutating-admission-policy-binding.ts'
import { MutatingWebhookConfiguration } from './admissionregistration/mutating-webhook-configuration.ts'
import { ValidatingAdmissionPolicy } from './admissionregistration/validating-admission-policy.ts'
import { ValidatingAdmissionPolicyBinding } from './admissionregistration/validating-admission-policy-binding.ts'
import { ValidatingWebhookConfiguration } from './admissionregistration/validating-webhook-configuration.ts'
import { CustomResourceDefinition } from './apiextensions/custom-resource-definition.ts'
import { APIService } from './apiregistration/api-service.ts'
import { ControllerRevision } from './apps/controller-revision.ts'
import { DaemonSet } from './apps/daemon-set.ts'
import { Deployment } from './apps/deployment.ts'
import { ReplicaSet } from './apps/replica-set.ts'
import { StatefulSet } from './apps/stateful-set.ts'
import { HorizontalPodAutoscaler } from './autoscaling/horizontal-pod-autoscaler.ts'
import { HorizontalPodAutoscalerV1 } from './autoscaling/horizontal-pod-autoscaler-v1.ts'
import { CronJob } from './batch/cron-job.ts'
import { Job } from './batch/job.ts'
import { Binding } from './binding.ts'
import { CertificateSigningRequest } from './certificates/certificate-signing-request.ts'
import { ConfigMap } from './config-map.ts'
import { Lease } from './coordination/lease.ts'
import { EndpointSlice } from './discovery/endpoint-slice.ts'
import { Endpoints } from './endpoints.ts'
import { Event } from './event.ts'
import { EventsEvent } from './events/event.ts'
import { FlowSchema } from './flowcontrol/flow-schema.ts'
import { PriorityLevelConfiguration } from './flowcontrol/priority-level-configuration.ts'
import { LimitRange } from './limit-range.ts'
import { Namespace } from './namespace.ts'
import { Ingress } from './networking/ingress.ts'
import { IngressClass } from './networking/ingress-class.ts'
import { IPAddress } from './networking/ip-address.ts'
import { NetworkPolicy } from './networking/network-policy.ts'
import { ServiceCIDR } from './networking/service-cidr.ts'
import { RuntimeClass } from './node/runtime-class.ts'
import { Node } from './node.ts'
import { PersistentVolume } from './persistent-volume.ts'
import { PersistentVolumeClaim } from './persistent-volume-claim.ts'
import { Pod } from './pod.ts'
import { PodTemplate } from './pod-template.ts'
import { Eviction } from './policy/eviction.ts'
import { PodDisruptionBudget } from './policy/pod-disruption-budget.ts'
import { ClusterRole, Role } from './rbac/role.ts'
import { ClusterRoleBinding, RoleBinding } from './rbac/role-binding.ts'
import { ReplicationController } from './replication-controller.ts'
import { ResourceQuota } from './resource-quota.ts'
import { PriorityClass } from './scheduling/priority-class.ts'
import { Secret } from './secret.ts'
import { Service } from './service.ts'
import { ServiceAccount } from './service-account.ts'
import { CSIDriver } from './storage/csi-driver.ts'
import { CSINode } from './storage/csi-node.ts'
import { CSIStorageCapacity } from './storage/csi-storage-capacity.ts'
import { StorageClass } from './storage/storage-class.ts'
import { VolumeAttachment } from './storage/volume-attachment.ts'
import { VolumeAttributesClass } from './storage/volume-attributes-class.ts'

export {
  Binding,
  ConfigMap,
  CustomResourceDefinition,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  Eviction,
  IPAddress,
  Job,
  Lease,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  ReplicationController,
  Secret,
  Service,
  ServiceAccount,
}

/** The table of kinds: whatever serves or shows objects reads it. */
export const kinds: readonly Kind[] = [
  Binding,
  ConfigMap,
  Endpoints,
  Event,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodTemplate,
  ReplicationController,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingWebhookConfiguration,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
  CustomResourceDefinition,
  APIService,
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerV1,
  CronJob,
  Job,
  CertificateSigningRequest,
  Lease,
  EndpointSlice,
  EventsEvent,
  FlowSchema,
  PriorityLevelConfiguration,
  IPAddress,
  Ingress,
  IngressClass,
  NetworkPolicy,
  ServiceCIDR,
  RuntimeClass,
  PodDisruptionBudget,
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
  PriorityClass,
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttachment,
  VolumeAttributesClass,
]

/** Those whose objects are kept, each once: not what is only asked or shown in another way. */
export const storedKinds: readonly Kind[] = kinds.filter(
  kind => !kind.storage && kind !== (Binding as unknown),
)

/** The kind that a path names: `kindOf('', 'v1', 'pods')`. */
export const kindOf = (group: string, version: string, plural: string): Kind | undefined =>
  kinds.find(kind => kind.group === group && kind.version === version && kind.plural === plural)

/** The kind that an object's `kind` names. */
export const kindNamed = (name: string): Kind | undefined => kinds.find(kind => kind.kind === name)
