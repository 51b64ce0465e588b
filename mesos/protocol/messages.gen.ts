// Generated from descriptor.json by generate.ts. Do not edit.

export type Status = 'DRIVER_NOT_STARTED' | 'DRIVER_RUNNING' | 'DRIVER_ABORTED' | 'DRIVER_STOPPED'

export interface FrameworkID {
  value: string
}

export interface OfferID {
  value: string
}

export interface AgentID {
  value: string
}

export interface TaskID {
  value: string
}

export interface ExecutorID {
  value: string
}

export interface ContainerID {
  value: string
  parent?: ContainerID
}

export interface ResourceProviderID {
  value: string
}

export interface OperationID {
  value: string
}

export interface TimeInfo {
  nanoseconds: number
}

export interface DurationInfo {
  nanoseconds: number
}

export interface Address {
  hostname?: string
  ip?: string
  port: number
}

export interface URL {
  scheme: string
  address: Address
  path?: string
  query?: readonly Parameter[]
  fragment?: string
}

export interface Unavailability {
  start: TimeInfo
  duration?: DurationInfo
}

export interface MachineID {
  hostname?: string
  ip?: string
}

export interface MachineInfo {
  id: MachineID
  mode?: MachineInfoMode
  unavailability?: Unavailability
}

export type MachineInfoMode = 'UP' | 'DRAINING' | 'DOWN'

export interface FrameworkInfo {
  user: string
  name: string
  id?: FrameworkID
  failover_timeout?: number
  checkpoint?: boolean
  role?: string
  roles?: readonly string[]
  hostname?: string
  principal?: string
  webui_url?: string
  capabilities?: readonly FrameworkInfoCapability[]
  labels?: Labels
  offer_filters?: Readonly<Record<string, OfferFilters>>
}

export interface FrameworkInfoCapability {
  type?: FrameworkInfoCapabilityType
}

export type FrameworkInfoCapabilityType = 'UNKNOWN' | 'REVOCABLE_RESOURCES' | 'TASK_KILLING_STATE' | 'GPU_RESOURCES' | 'SHARED_RESOURCES' | 'PARTITION_AWARE' | 'MULTI_ROLE' | 'RESERVATION_REFINEMENT' | 'REGION_AWARE'

export interface CheckInfo {
  type?: CheckInfoType
  command?: CheckInfoCommand
  http?: CheckInfoHttp
  tcp?: CheckInfoTcp
  delay_seconds?: number
  interval_seconds?: number
  timeout_seconds?: number
}

export type CheckInfoType = 'UNKNOWN' | 'COMMAND' | 'HTTP' | 'TCP'

export interface CheckInfoCommand {
  command: CommandInfo
}

export interface CheckInfoHttp {
  port: number
  path?: string
}

export interface CheckInfoTcp {
  port: number
}

export interface HealthCheck {
  delay_seconds?: number
  interval_seconds?: number
  timeout_seconds?: number
  consecutive_failures?: number
  grace_period_seconds?: number
  type?: HealthCheckType
  command?: CommandInfo
  http?: HealthCheckHTTPCheckInfo
  tcp?: HealthCheckTCPCheckInfo
}

export type HealthCheckType = 'UNKNOWN' | 'COMMAND' | 'HTTP' | 'TCP'

export interface HealthCheckHTTPCheckInfo {
  protocol?: NetworkInfoProtocol
  scheme?: string
  port: number
  path?: string
  statuses?: readonly number[]
}

export interface HealthCheckTCPCheckInfo {
  protocol?: NetworkInfoProtocol
  port: number
}

export interface KillPolicy {
  grace_period?: DurationInfo
}

export interface CommandInfo {
  uris?: readonly CommandInfoURI[]
  environment?: Environment
  shell?: boolean
  value?: string
  arguments?: readonly string[]
  user?: string
}

export interface CommandInfoURI {
  value: string
  executable?: boolean
  extract?: boolean
  cache?: boolean
  output_file?: string
}

export interface ExecutorInfo {
  type?: ExecutorInfoType
  executor_id: ExecutorID
  framework_id?: FrameworkID
  command?: CommandInfo
  container?: ContainerInfo
  resources?: readonly Resource[]
  name?: string
  source?: string
  data?: string
  discovery?: DiscoveryInfo
  shutdown_grace_period?: DurationInfo
  labels?: Labels
}

export type ExecutorInfoType = 'UNKNOWN' | 'DEFAULT' | 'CUSTOM'

export interface DomainInfo {
  fault_domain?: DomainInfoFaultDomain
}

export interface DomainInfoFaultDomain {
  region: DomainInfoFaultDomainRegionInfo
  zone: DomainInfoFaultDomainZoneInfo
}

export interface DomainInfoFaultDomainRegionInfo {
  name: string
}

export interface DomainInfoFaultDomainZoneInfo {
  name: string
}

export interface MasterInfo {
  id: string
  ip: number
  port: number
  pid?: string
  hostname?: string
  version?: string
  address?: Address
  domain?: DomainInfo
  capabilities?: readonly MasterInfoCapability[]
}

export interface MasterInfoCapability {
  type?: MasterInfoCapabilityType
}

export type MasterInfoCapabilityType = 'UNKNOWN' | 'AGENT_UPDATE' | 'AGENT_DRAINING' | 'QUOTA_V2'

export interface AgentInfo {
  hostname: string
  port?: number
  resources?: readonly Resource[]
  attributes?: readonly Attribute[]
  id?: AgentID
  domain?: DomainInfo
}

export interface AgentInfoCapability {
  type?: AgentInfoCapabilityType
}

export type AgentInfoCapabilityType = 'UNKNOWN' | 'MULTI_ROLE' | 'HIERARCHICAL_ROLE' | 'RESERVATION_REFINEMENT' | 'RESOURCE_PROVIDER' | 'RESIZE_VOLUME' | 'AGENT_OPERATION_FEEDBACK' | 'AGENT_DRAINING' | 'TASK_RESOURCE_LIMITS'

export interface CSIPluginContainerInfo {
  services?: readonly CSIPluginContainerInfoService[]
  command?: CommandInfo
  resources?: readonly Resource[]
  container?: ContainerInfo
}

export type CSIPluginContainerInfoService = 'UNKNOWN' | 'CONTROLLER_SERVICE' | 'NODE_SERVICE'

export interface CSIPluginEndpoint {
  csi_service: CSIPluginContainerInfoService
  endpoint: string
}

export interface CSIPluginInfo {
  type: string
  name?: string
  containers?: readonly CSIPluginContainerInfo[]
  endpoints?: readonly CSIPluginEndpoint[]
  target_path_root?: string
  target_path_exists?: boolean
}

export interface ResourceProviderInfo {
  id?: ResourceProviderID
  attributes?: readonly Attribute[]
  type: string
  name: string
  default_reservations?: readonly ResourceReservationInfo[]
  storage?: ResourceProviderInfoStorage
}

export interface ResourceProviderInfoStorage {
  plugin: CSIPluginInfo
  reconciliation_interval_seconds?: number
}

export interface Value {
  type: ValueType
  scalar?: ValueScalar
  ranges?: ValueRanges
  set?: ValueSet
  text?: ValueText
}

export type ValueType = 'SCALAR' | 'RANGES' | 'SET' | 'TEXT'

export interface ValueScalar {
  value: number
}

export interface ValueRange {
  begin: number
  end: number
}

export interface ValueRanges {
  range?: readonly ValueRange[]
}

export interface ValueSet {
  item?: readonly string[]
}

export interface ValueText {
  value: string
}

export interface Attribute {
  name: string
  type: ValueType
  scalar?: ValueScalar
  ranges?: ValueRanges
  set?: ValueSet
  text?: ValueText
}

export interface Resource {
  provider_id?: ResourceProviderID
  name: string
  type: ValueType
  scalar?: ValueScalar
  ranges?: ValueRanges
  set?: ValueSet
  role?: string
  allocation_info?: ResourceAllocationInfo
  reservation?: ResourceReservationInfo
  reservations?: readonly ResourceReservationInfo[]
  disk?: ResourceDiskInfo
  revocable?: ResourceRevocableInfo
  shared?: ResourceSharedInfo
}

export interface ResourceAllocationInfo {
  role?: string
}

export interface ResourceReservationInfo {
  type?: ResourceReservationInfoType
  role?: string
  principal?: string
  labels?: Labels
}

export type ResourceReservationInfoType = 'UNKNOWN' | 'STATIC' | 'DYNAMIC'

export interface ResourceDiskInfo {
  persistence?: ResourceDiskInfoPersistence
  volume?: Volume
  source?: ResourceDiskInfoSource
}

export interface ResourceDiskInfoPersistence {
  id: string
  principal?: string
}

export interface ResourceDiskInfoSource {
  type: ResourceDiskInfoSourceType
  path?: ResourceDiskInfoSourcePath
  mount?: ResourceDiskInfoSourceMount
  vendor?: string
  id?: string
  metadata?: Labels
  profile?: string
}

export type ResourceDiskInfoSourceType = 'UNKNOWN' | 'PATH' | 'MOUNT' | 'BLOCK' | 'RAW'

export interface ResourceDiskInfoSourcePath {
  root?: string
}

export interface ResourceDiskInfoSourceMount {
  root?: string
}

export interface ResourceRevocableInfo {

}

export interface ResourceSharedInfo {

}

export interface TrafficControlStatistics {
  id: string
  backlog?: number
  bytes?: number
  drops?: number
  overlimits?: number
  packets?: number
  qlen?: number
  ratebps?: number
  ratepps?: number
  requeues?: number
}

export interface IpStatistics {
  Forwarding?: number
  DefaultTTL?: number
  InReceives?: number
  InHdrErrors?: number
  InAddrErrors?: number
  ForwDatagrams?: number
  InUnknownProtos?: number
  InDiscards?: number
  InDelivers?: number
  OutRequests?: number
  OutDiscards?: number
  OutNoRoutes?: number
  ReasmTimeout?: number
  ReasmReqds?: number
  ReasmOKs?: number
  ReasmFails?: number
  FragOKs?: number
  FragFails?: number
  FragCreates?: number
}

export interface IcmpStatistics {
  InMsgs?: number
  InErrors?: number
  InCsumErrors?: number
  InDestUnreachs?: number
  InTimeExcds?: number
  InParmProbs?: number
  InSrcQuenchs?: number
  InRedirects?: number
  InEchos?: number
  InEchoReps?: number
  InTimestamps?: number
  InTimestampReps?: number
  InAddrMasks?: number
  InAddrMaskReps?: number
  OutMsgs?: number
  OutErrors?: number
  OutDestUnreachs?: number
  OutTimeExcds?: number
  OutParmProbs?: number
  OutSrcQuenchs?: number
  OutRedirects?: number
  OutEchos?: number
  OutEchoReps?: number
  OutTimestamps?: number
  OutTimestampReps?: number
  OutAddrMasks?: number
  OutAddrMaskReps?: number
}

export interface TcpStatistics {
  RtoAlgorithm?: number
  RtoMin?: number
  RtoMax?: number
  MaxConn?: number
  ActiveOpens?: number
  PassiveOpens?: number
  AttemptFails?: number
  EstabResets?: number
  CurrEstab?: number
  InSegs?: number
  OutSegs?: number
  RetransSegs?: number
  InErrs?: number
  OutRsts?: number
  InCsumErrors?: number
}

export interface UdpStatistics {
  InDatagrams?: number
  NoPorts?: number
  InErrors?: number
  OutDatagrams?: number
  RcvbufErrors?: number
  SndbufErrors?: number
  InCsumErrors?: number
  IgnoredMulti?: number
}

export interface SNMPStatistics {
  ip_stats?: IpStatistics
  icmp_stats?: IcmpStatistics
  tcp_stats?: TcpStatistics
  udp_stats?: UdpStatistics
}

export interface DiskStatistics {
  source?: ResourceDiskInfoSource
  persistence?: ResourceDiskInfoPersistence
  limit_bytes?: number
  used_bytes?: number
}

export interface ResourceStatistics {
  timestamp: number
  processes?: number
  threads?: number
  cpus_user_time_secs?: number
  cpus_system_time_secs?: number
  cpus_limit?: number
  cpus_soft_limit?: number
  cpus_nr_periods?: number
  cpus_nr_throttled?: number
  cpus_throttled_time_secs?: number
  mem_total_bytes?: number
  mem_total_memsw_bytes?: number
  mem_kmem_usage_bytes?: number
  mem_kmem_tcp_usage_bytes?: number
  mem_limit_bytes?: number
  mem_soft_limit_bytes?: number
  mem_file_bytes?: number
  mem_anon_bytes?: number
  mem_cache_bytes?: number
  mem_rss_bytes?: number
  mem_mapped_file_bytes?: number
  mem_swap_bytes?: number
  mem_unevictable_bytes?: number
  mem_low_pressure_counter?: number
  mem_medium_pressure_counter?: number
  mem_critical_pressure_counter?: number
  disk_limit_bytes?: number
  disk_used_bytes?: number
  disk_statistics?: readonly DiskStatistics[]
  blkio_statistics?: CgroupInfoBlkioStatistics
  perf?: PerfStatistics
  net_rx_packets?: number
  net_rx_bytes?: number
  net_rx_errors?: number
  net_rx_dropped?: number
  net_tx_packets?: number
  net_tx_bytes?: number
  net_tx_errors?: number
  net_tx_dropped?: number
  net_tx_rate_limit?: number
  net_tx_burst_rate_limit?: number
  net_tx_burst_size?: number
  net_rx_rate_limit?: number
  net_rx_burst_rate_limit?: number
  net_rx_burst_size?: number
  net_rate_statistics?: ResourceStatisticsRateStatistics
  net_ephemeral_ports?: ValueRange
  net_tcp_rtt_microsecs_p50?: number
  net_tcp_rtt_microsecs_p90?: number
  net_tcp_rtt_microsecs_p95?: number
  net_tcp_rtt_microsecs_p99?: number
  net_tcp_active_connections?: number
  net_tcp_time_wait_connections?: number
  net_traffic_control_statistics?: readonly TrafficControlStatistics[]
  net_snmp_statistics?: SNMPStatistics
}

export interface ResourceStatisticsRatePercentiles {
  min?: number
  max?: number
  p50?: number
  p90?: number
  p95?: number
  p99?: number
  p999?: number
  p9999?: number
  samples?: number
}

export interface ResourceStatisticsRateStatistics {
  rx_rate?: ResourceStatisticsRatePercentiles
  rx_packet_rate?: ResourceStatisticsRatePercentiles
  rx_drop_rate?: ResourceStatisticsRatePercentiles
  rx_error_rate?: ResourceStatisticsRatePercentiles
  tx_rate?: ResourceStatisticsRatePercentiles
  tx_packet_rate?: ResourceStatisticsRatePercentiles
  tx_drop_rate?: ResourceStatisticsRatePercentiles
  tx_error_rate?: ResourceStatisticsRatePercentiles
  sampling_window_secs?: number
  sampling_interval_secs?: number
}

export interface ResourceUsage {
  executors?: readonly ResourceUsageExecutor[]
  total?: readonly Resource[]
}

export interface ResourceUsageExecutor {
  executor_info: ExecutorInfo
  allocated?: readonly Resource[]
  statistics?: ResourceStatistics
  container_id: ContainerID
  tasks?: readonly ResourceUsageExecutorTask[]
}

export interface ResourceUsageExecutorTask {
  name: string
  id: TaskID
  resources?: readonly Resource[]
  labels?: Labels
}

export interface PerfStatistics {
  timestamp: number
  duration: number
  cycles?: number
  stalled_cycles_frontend?: number
  stalled_cycles_backend?: number
  instructions?: number
  cache_references?: number
  cache_misses?: number
  branches?: number
  branch_misses?: number
  bus_cycles?: number
  ref_cycles?: number
  cpu_clock?: number
  task_clock?: number
  page_faults?: number
  minor_faults?: number
  major_faults?: number
  context_switches?: number
  cpu_migrations?: number
  alignment_faults?: number
  emulation_faults?: number
  l1_dcache_loads?: number
  l1_dcache_load_misses?: number
  l1_dcache_stores?: number
  l1_dcache_store_misses?: number
  l1_dcache_prefetches?: number
  l1_dcache_prefetch_misses?: number
  l1_icache_loads?: number
  l1_icache_load_misses?: number
  l1_icache_prefetches?: number
  l1_icache_prefetch_misses?: number
  llc_loads?: number
  llc_load_misses?: number
  llc_stores?: number
  llc_store_misses?: number
  llc_prefetches?: number
  llc_prefetch_misses?: number
  dtlb_loads?: number
  dtlb_load_misses?: number
  dtlb_stores?: number
  dtlb_store_misses?: number
  dtlb_prefetches?: number
  dtlb_prefetch_misses?: number
  itlb_loads?: number
  itlb_load_misses?: number
  branch_loads?: number
  branch_load_misses?: number
  node_loads?: number
  node_load_misses?: number
  node_stores?: number
  node_store_misses?: number
  node_prefetches?: number
  node_prefetch_misses?: number
}

export interface OfferFilters {
  min_allocatable_resources?: OfferFiltersMinAllocatableResources
}

export interface OfferFiltersResourceQuantities {
  quantities?: Readonly<Record<string, ValueScalar>>
}

export interface OfferFiltersMinAllocatableResources {
  quantities?: readonly OfferFiltersResourceQuantities[]
}

export interface Request {
  agent_id?: AgentID
  resources?: readonly Resource[]
}

export interface Offer {
  id: OfferID
  framework_id: FrameworkID
  agent_id: AgentID
  hostname: string
  url?: URL
  domain?: DomainInfo
  resources?: readonly Resource[]
  attributes?: readonly Attribute[]
  executor_ids?: readonly ExecutorID[]
  unavailability?: Unavailability
  allocation_info?: ResourceAllocationInfo
}

export interface OfferOperation {
  type?: OfferOperationType
  id?: OperationID
  launch?: OfferOperationLaunch
  launch_group?: OfferOperationLaunchGroup
  reserve?: OfferOperationReserve
  unreserve?: OfferOperationUnreserve
  create?: OfferOperationCreate
  destroy?: OfferOperationDestroy
  grow_volume?: OfferOperationGrowVolume
  shrink_volume?: OfferOperationShrinkVolume
  create_disk?: OfferOperationCreateDisk
  destroy_disk?: OfferOperationDestroyDisk
}

export type OfferOperationType = 'UNKNOWN' | 'LAUNCH' | 'LAUNCH_GROUP' | 'RESERVE' | 'UNRESERVE' | 'CREATE' | 'DESTROY' | 'GROW_VOLUME' | 'SHRINK_VOLUME' | 'CREATE_DISK' | 'DESTROY_DISK'

export interface OfferOperationLaunch {
  task_infos?: readonly TaskInfo[]
}

export interface OfferOperationLaunchGroup {
  executor: ExecutorInfo
  task_group: TaskGroupInfo
}

export interface OfferOperationReserve {
  source?: readonly Resource[]
  resources?: readonly Resource[]
}

export interface OfferOperationUnreserve {
  resources?: readonly Resource[]
}

export interface OfferOperationCreate {
  volumes?: readonly Resource[]
}

export interface OfferOperationDestroy {
  volumes?: readonly Resource[]
}

export interface OfferOperationGrowVolume {
  volume: Resource
  addition: Resource
}

export interface OfferOperationShrinkVolume {
  volume: Resource
  subtract: ValueScalar
}

export interface OfferOperationCreateDisk {
  source: Resource
  target_type: ResourceDiskInfoSourceType
  target_profile?: string
}

export interface OfferOperationDestroyDisk {
  source: Resource
}

export interface InverseOffer {
  id: OfferID
  url?: URL
  framework_id: FrameworkID
  agent_id?: AgentID
  unavailability: Unavailability
  resources?: readonly Resource[]
}

export interface TaskInfo {
  name: string
  task_id: TaskID
  agent_id: AgentID
  resources?: readonly Resource[]
  executor?: ExecutorInfo
  command?: CommandInfo
  container?: ContainerInfo
  health_check?: HealthCheck
  check?: CheckInfo
  kill_policy?: KillPolicy
  data?: string
  labels?: Labels
  discovery?: DiscoveryInfo
  max_completion_time?: DurationInfo
  limits?: Readonly<Record<string, ValueScalar>>
}

export interface TaskGroupInfo {
  tasks?: readonly TaskInfo[]
}

export interface Task {
  name: string
  task_id: TaskID
  framework_id: FrameworkID
  executor_id?: ExecutorID
  agent_id: AgentID
  state: TaskState
  resources?: readonly Resource[]
  statuses?: readonly TaskStatus[]
  status_update_state?: TaskState
  status_update_uuid?: string
  labels?: Labels
  discovery?: DiscoveryInfo
  container?: ContainerInfo
  health_check?: HealthCheck
  kill_policy?: KillPolicy
  user?: string
  limits?: Readonly<Record<string, ValueScalar>>
}

export type TaskState = 'TASK_STAGING' | 'TASK_STARTING' | 'TASK_RUNNING' | 'TASK_KILLING' | 'TASK_FINISHED' | 'TASK_FAILED' | 'TASK_KILLED' | 'TASK_ERROR' | 'TASK_LOST' | 'TASK_DROPPED' | 'TASK_UNREACHABLE' | 'TASK_GONE' | 'TASK_GONE_BY_OPERATOR' | 'TASK_UNKNOWN'

export interface TaskResourceLimitation {
  resources?: readonly Resource[]
}

export interface UUID {
  value: string
}

export interface Operation {
  framework_id?: FrameworkID
  agent_id?: AgentID
  info: OfferOperation
  latest_status: OperationStatus
  statuses?: readonly OperationStatus[]
  uuid: UUID
}

export type OperationState = 'OPERATION_UNSUPPORTED' | 'OPERATION_PENDING' | 'OPERATION_FINISHED' | 'OPERATION_FAILED' | 'OPERATION_ERROR' | 'OPERATION_DROPPED' | 'OPERATION_UNREACHABLE' | 'OPERATION_GONE_BY_OPERATOR' | 'OPERATION_RECOVERING' | 'OPERATION_UNKNOWN'

export interface OperationStatus {
  operation_id?: OperationID
  state: OperationState
  message?: string
  converted_resources?: readonly Resource[]
  uuid?: UUID
  agent_id?: AgentID
  resource_provider_id?: ResourceProviderID
}

export interface CheckStatusInfo {
  type?: CheckInfoType
  command?: CheckStatusInfoCommand
  http?: CheckStatusInfoHttp
  tcp?: CheckStatusInfoTcp
}

export interface CheckStatusInfoCommand {
  exit_code?: number
}

export interface CheckStatusInfoHttp {
  status_code?: number
}

export interface CheckStatusInfoTcp {
  succeeded?: boolean
}

export interface TaskStatus {
  task_id: TaskID
  state: TaskState
  message?: string
  source?: TaskStatusSource
  reason?: TaskStatusReason
  data?: string
  agent_id?: AgentID
  executor_id?: ExecutorID
  timestamp?: number
  uuid?: string
  healthy?: boolean
  check_status?: CheckStatusInfo
  labels?: Labels
  container_status?: ContainerStatus
  unreachable_time?: TimeInfo
  limitation?: TaskResourceLimitation
}

export type TaskStatusSource = 'SOURCE_MASTER' | 'SOURCE_AGENT' | 'SOURCE_EXECUTOR'

export type TaskStatusReason = 'REASON_COMMAND_EXECUTOR_FAILED' | 'REASON_CONTAINER_LAUNCH_FAILED' | 'REASON_CONTAINER_LIMITATION' | 'REASON_CONTAINER_LIMITATION_DISK' | 'REASON_CONTAINER_LIMITATION_MEMORY' | 'REASON_CONTAINER_PREEMPTED' | 'REASON_CONTAINER_UPDATE_FAILED' | 'REASON_MAX_COMPLETION_TIME_REACHED' | 'REASON_EXECUTOR_REGISTRATION_TIMEOUT' | 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT' | 'REASON_EXECUTOR_TERMINATED' | 'REASON_EXECUTOR_UNREGISTERED' | 'REASON_FRAMEWORK_REMOVED' | 'REASON_GC_ERROR' | 'REASON_INVALID_FRAMEWORKID' | 'REASON_INVALID_OFFERS' | 'REASON_IO_SWITCHBOARD_EXITED' | 'REASON_MASTER_DISCONNECTED' | 'REASON_RECONCILIATION' | 'REASON_RESOURCES_UNKNOWN' | 'REASON_AGENT_DISCONNECTED' | 'REASON_AGENT_DRAINING' | 'REASON_AGENT_REMOVED' | 'REASON_AGENT_REMOVED_BY_OPERATOR' | 'REASON_AGENT_REREGISTERED' | 'REASON_AGENT_RESTARTED' | 'REASON_AGENT_UNKNOWN' | 'REASON_TASK_KILLED_DURING_LAUNCH' | 'REASON_TASK_CHECK_STATUS_UPDATED' | 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED' | 'REASON_TASK_GROUP_INVALID' | 'REASON_TASK_GROUP_UNAUTHORIZED' | 'REASON_TASK_INVALID' | 'REASON_TASK_UNAUTHORIZED' | 'REASON_TASK_UNKNOWN'

export interface Filters {
  refuse_seconds?: number
}

export interface Environment {
  variables?: readonly EnvironmentVariable[]
}

export interface EnvironmentVariable {
  name: string
  type?: EnvironmentVariableType
  value?: string
  secret?: Secret
}

export type EnvironmentVariableType = 'UNKNOWN' | 'VALUE' | 'SECRET'

export interface Parameter {
  key: string
  value: string
}

export interface Parameters {
  parameter?: readonly Parameter[]
}

export interface Credential {
  principal: string
  secret?: string
}

export interface Credentials {
  credentials?: readonly Credential[]
}

export interface Secret {
  type?: SecretType
  reference?: SecretReference
  value?: SecretValue
}

export type SecretType = 'UNKNOWN' | 'REFERENCE' | 'VALUE'

export interface SecretReference {
  name: string
  key?: string
}

export interface SecretValue {
  data: string
}

export interface RateLimit {
  qps?: number
  principal: string
  capacity?: number
}

export interface RateLimits {
  limits?: readonly RateLimit[]
  aggregate_default_qps?: number
  aggregate_default_capacity?: number
}

export interface Image {
  type: ImageType
  appc?: ImageAppc
  docker?: ImageDocker
  cached?: boolean
}

export type ImageType = 'APPC' | 'DOCKER'

export interface ImageAppc {
  name: string
  id?: string
  labels?: Labels
}

export interface ImageDocker {
  name: string
  credential?: Credential
  config?: Secret
}

export interface MountPropagation {
  mode?: MountPropagationMode
}

export type MountPropagationMode = 'UNKNOWN' | 'HOST_TO_CONTAINER' | 'BIDIRECTIONAL'

export interface Volume {
  mode: VolumeMode
  container_path: string
  host_path?: string
  image?: Image
  source?: VolumeSource
}

export type VolumeMode = 'RW' | 'RO'

export interface VolumeSource {
  type?: VolumeSourceType
  docker_volume?: VolumeSourceDockerVolume
  host_path?: VolumeSourceHostPath
  sandbox_path?: VolumeSourceSandboxPath
  secret?: Secret
  csi_volume?: VolumeSourceCSIVolume
}

export type VolumeSourceType = 'UNKNOWN' | 'DOCKER_VOLUME' | 'HOST_PATH' | 'SANDBOX_PATH' | 'SECRET' | 'CSI_VOLUME'

export interface VolumeSourceDockerVolume {
  driver?: string
  name: string
  driver_options?: Parameters
}

export interface VolumeSourceHostPath {
  path: string
  mount_propagation?: MountPropagation
}

export interface VolumeSourceSandboxPath {
  type?: VolumeSourceSandboxPathType
  path: string
}

export type VolumeSourceSandboxPathType = 'UNKNOWN' | 'SELF' | 'PARENT'

export interface VolumeSourceCSIVolume {
  plugin_name: string
  static_provisioning?: VolumeSourceCSIVolumeStaticProvisioning
}

export interface VolumeSourceCSIVolumeVolumeCapability {
  block?: VolumeSourceCSIVolumeVolumeCapabilityBlockVolume
  mount?: VolumeSourceCSIVolumeVolumeCapabilityMountVolume
  access_mode: VolumeSourceCSIVolumeVolumeCapabilityAccessMode
}

export interface VolumeSourceCSIVolumeVolumeCapabilityBlockVolume {

}

export interface VolumeSourceCSIVolumeVolumeCapabilityMountVolume {
  fs_type?: string
  mount_flags?: readonly string[]
}

export interface VolumeSourceCSIVolumeVolumeCapabilityAccessMode {
  mode: VolumeSourceCSIVolumeVolumeCapabilityAccessModeMode
}

export type VolumeSourceCSIVolumeVolumeCapabilityAccessModeMode = 'UNKNOWN' | 'SINGLE_NODE_WRITER' | 'SINGLE_NODE_READER_ONLY' | 'MULTI_NODE_READER_ONLY' | 'MULTI_NODE_SINGLE_WRITER' | 'MULTI_NODE_MULTI_WRITER'

export interface VolumeSourceCSIVolumeStaticProvisioning {
  volume_id: string
  volume_capability: VolumeSourceCSIVolumeVolumeCapability
  node_stage_secrets?: Readonly<Record<string, Secret>>
  node_publish_secrets?: Readonly<Record<string, Secret>>
  volume_context?: Readonly<Record<string, string>>
}

export interface NetworkInfo {
  ip_addresses?: readonly NetworkInfoIPAddress[]
  name?: string
  groups?: readonly string[]
  labels?: Labels
  port_mappings?: readonly NetworkInfoPortMapping[]
}

export type NetworkInfoProtocol = 'IPv4' | 'IPv6'

export interface NetworkInfoIPAddress {
  protocol?: NetworkInfoProtocol
  ip_address?: string
}

export interface NetworkInfoPortMapping {
  host_port: number
  container_port: number
  protocol?: string
}

export interface CapabilityInfo {
  capabilities?: readonly CapabilityInfoCapability[]
}

export type CapabilityInfoCapability = 'UNKNOWN' | 'CHOWN' | 'DAC_OVERRIDE' | 'DAC_READ_SEARCH' | 'FOWNER' | 'FSETID' | 'KILL' | 'SETGID' | 'SETUID' | 'SETPCAP' | 'LINUX_IMMUTABLE' | 'NET_BIND_SERVICE' | 'NET_BROADCAST' | 'NET_ADMIN' | 'NET_RAW' | 'IPC_LOCK' | 'IPC_OWNER' | 'SYS_MODULE' | 'SYS_RAWIO' | 'SYS_CHROOT' | 'SYS_PTRACE' | 'SYS_PACCT' | 'SYS_ADMIN' | 'SYS_BOOT' | 'SYS_NICE' | 'SYS_RESOURCE' | 'SYS_TIME' | 'SYS_TTY_CONFIG' | 'MKNOD' | 'LEASE' | 'AUDIT_WRITE' | 'AUDIT_CONTROL' | 'SETFCAP' | 'MAC_OVERRIDE' | 'MAC_ADMIN' | 'SYSLOG' | 'WAKE_ALARM' | 'BLOCK_SUSPEND' | 'AUDIT_READ' | 'PERFMON' | 'BPF' | 'CHECKPOINT_RESTORE'

export interface SeccompInfo {
  profile_name?: string
  unconfined?: boolean
}

export interface LinuxInfo {
  capability_info?: CapabilityInfo
  bounding_capabilities?: CapabilityInfo
  effective_capabilities?: CapabilityInfo
  share_pid_namespace?: boolean
  seccomp?: SeccompInfo
  ipc_mode?: LinuxInfoIpcMode
  shm_size?: number
  share_cgroups?: boolean
}

export type LinuxInfoIpcMode = 'UNKNOWN' | 'PRIVATE' | 'SHARE_PARENT'

export interface RLimitInfo {
  rlimits?: readonly RLimitInfoRLimit[]
}

export interface RLimitInfoRLimit {
  type?: RLimitInfoRLimitType
  hard?: number
  soft?: number
}

export type RLimitInfoRLimitType = 'UNKNOWN' | 'RLMT_AS' | 'RLMT_CORE' | 'RLMT_CPU' | 'RLMT_DATA' | 'RLMT_FSIZE' | 'RLMT_LOCKS' | 'RLMT_MEMLOCK' | 'RLMT_MSGQUEUE' | 'RLMT_NICE' | 'RLMT_NOFILE' | 'RLMT_NPROC' | 'RLMT_RSS' | 'RLMT_RTPRIO' | 'RLMT_RTTIME' | 'RLMT_SIGPENDING' | 'RLMT_STACK'

export interface TTYInfo {
  window_size?: TTYInfoWindowSize
}

export interface TTYInfoWindowSize {
  rows: number
  columns: number
}

export interface ContainerInfo {
  type: ContainerInfoType
  volumes?: readonly Volume[]
  hostname?: string
  docker?: ContainerInfoDockerInfo
  mesos?: ContainerInfoMesosInfo
  network_infos?: readonly NetworkInfo[]
  linux_info?: LinuxInfo
  rlimit_info?: RLimitInfo
  tty_info?: TTYInfo
}

export type ContainerInfoType = 'DOCKER' | 'MESOS'

export interface ContainerInfoDockerInfo {
  image: string
  network?: ContainerInfoDockerInfoNetwork
  port_mappings?: readonly ContainerInfoDockerInfoPortMapping[]
  privileged?: boolean
  parameters?: readonly Parameter[]
  force_pull_image?: boolean
  volume_driver?: string
}

export type ContainerInfoDockerInfoNetwork = 'HOST' | 'BRIDGE' | 'NONE' | 'USER'

export interface ContainerInfoDockerInfoPortMapping {
  host_port: number
  container_port: number
  protocol?: string
}

export interface ContainerInfoMesosInfo {
  image?: Image
}

export interface ContainerStatus {
  container_id?: ContainerID
  network_infos?: readonly NetworkInfo[]
  cgroup_info?: CgroupInfo
  executor_pid?: number
}

export interface CgroupInfo {
  net_cls?: CgroupInfoNetCls
}

export interface CgroupInfoBlkio {

}

export type CgroupInfoBlkioOperation = 'UNKNOWN' | 'TOTAL' | 'READ' | 'WRITE' | 'SYNC' | 'ASYNC' | 'DISCARD'

export interface CgroupInfoBlkioValue {
  op?: CgroupInfoBlkioOperation
  value?: number
}

export interface CgroupInfoBlkioCFQ {

}

export interface CgroupInfoBlkioCFQStatistics {
  device?: DeviceNumber
  sectors?: number
  time?: number
  io_serviced?: readonly CgroupInfoBlkioValue[]
  io_service_bytes?: readonly CgroupInfoBlkioValue[]
  io_service_time?: readonly CgroupInfoBlkioValue[]
  io_wait_time?: readonly CgroupInfoBlkioValue[]
  io_merged?: readonly CgroupInfoBlkioValue[]
  io_queued?: readonly CgroupInfoBlkioValue[]
}

export interface CgroupInfoBlkioThrottling {

}

export interface CgroupInfoBlkioThrottlingStatistics {
  device?: DeviceNumber
  io_serviced?: readonly CgroupInfoBlkioValue[]
  io_service_bytes?: readonly CgroupInfoBlkioValue[]
}

export interface CgroupInfoBlkioStatistics {
  cfq?: readonly CgroupInfoBlkioCFQStatistics[]
  cfq_recursive?: readonly CgroupInfoBlkioCFQStatistics[]
  throttling?: readonly CgroupInfoBlkioThrottlingStatistics[]
}

export interface CgroupInfoNetCls {
  classid?: number
}

export interface Labels {
  labels?: readonly Label[]
}

export interface Label {
  key: string
  value?: string
}

export interface Port {
  number: number
  name?: string
  protocol?: string
  visibility?: DiscoveryInfoVisibility
  labels?: Labels
}

export interface Ports {
  ports?: readonly Port[]
}

export interface DiscoveryInfo {
  visibility: DiscoveryInfoVisibility
  name?: string
  environment?: string
  location?: string
  version?: string
  ports?: Ports
  labels?: Labels
}

export type DiscoveryInfoVisibility = 'FRAMEWORK' | 'CLUSTER' | 'EXTERNAL'

export interface WeightInfo {
  weight: number
  role?: string
}

export interface VersionInfo {
  version: string
  build_date?: string
  build_time?: number
  build_user?: string
  git_sha?: string
  git_branch?: string
  git_tag?: string
}

export interface Flag {
  name: string
  value?: string
}

export interface Role {
  name: string
  weight: number
  frameworks?: readonly FrameworkID[]
  resources?: readonly Resource[]
}

export interface Metric {
  name: string
  value?: number
}

export interface FileInfo {
  path: string
  nlink?: number
  size?: number
  mtime?: TimeInfo
  mode?: number
  uid?: string
  gid?: string
}

export interface Device {
  path?: string
  number?: DeviceNumber
}

export interface DeviceNumber {
  major_number: number
  minor_number: number
}

export interface DeviceAccess {
  device: Device
  access: DeviceAccessAccess
}

export interface DeviceAccessAccess {
  read?: boolean
  write?: boolean
  mknod?: boolean
}

export interface DeviceWhitelist {
  allowed_devices?: readonly DeviceAccess[]
}

export type DrainState = 'UNKNOWN' | 'DRAINING' | 'DRAINED'

export interface DrainConfig {
  max_grace_period?: DurationInfo
  mark_gone?: boolean
}

export interface DrainInfo {
  state: DrainState
  config: DrainConfig
}

export interface SchedulerEvent {
  type?: SchedulerEventType
  subscribed?: SchedulerEventSubscribed
  offers?: SchedulerEventOffers
  inverse_offers?: SchedulerEventInverseOffers
  rescind?: SchedulerEventRescind
  rescind_inverse_offer?: SchedulerEventRescindInverseOffer
  update?: SchedulerEventUpdate
  update_operation_status?: SchedulerEventUpdateOperationStatus
  message?: SchedulerEventMessage
  failure?: SchedulerEventFailure
  error?: SchedulerEventError
}

export type SchedulerEventType = 'UNKNOWN' | 'SUBSCRIBED' | 'OFFERS' | 'INVERSE_OFFERS' | 'RESCIND' | 'RESCIND_INVERSE_OFFER' | 'UPDATE' | 'UPDATE_OPERATION_STATUS' | 'MESSAGE' | 'FAILURE' | 'ERROR' | 'HEARTBEAT'

export interface SchedulerEventSubscribed {
  framework_id: FrameworkID
  heartbeat_interval_seconds?: number
  master_info?: MasterInfo
}

export interface SchedulerEventOffers {
  offers?: readonly Offer[]
}

export interface SchedulerEventInverseOffers {
  inverse_offers?: readonly InverseOffer[]
}

export interface SchedulerEventRescind {
  offer_id: OfferID
}

export interface SchedulerEventRescindInverseOffer {
  inverse_offer_id: OfferID
}

export interface SchedulerEventUpdate {
  status: TaskStatus
}

export interface SchedulerEventUpdateOperationStatus {
  status: OperationStatus
}

export interface SchedulerEventMessage {
  agent_id: AgentID
  executor_id: ExecutorID
  data: string
}

export interface SchedulerEventFailure {
  agent_id?: AgentID
  executor_id?: ExecutorID
  status?: number
}

export interface SchedulerEventError {
  message: string
}

export interface SchedulerResponse {
  type?: SchedulerResponseType
  reconcile_operations?: SchedulerResponseReconcileOperations
}

export type SchedulerResponseType = 'UNKNOWN' | 'RECONCILE_OPERATIONS'

export interface SchedulerResponseReconcileOperations {
  operation_statuses?: readonly OperationStatus[]
}

export interface SchedulerAttributeConstraint {
  selector: SchedulerAttributeConstraintSelector
  predicate: SchedulerAttributeConstraintPredicate
}

export interface SchedulerAttributeConstraintSelector {
  pseudoattribute_type?: SchedulerAttributeConstraintSelectorPseudoattributeType
  attribute_name?: string
}

export type SchedulerAttributeConstraintSelectorPseudoattributeType = 'UNKNOWN' | 'HOSTNAME' | 'REGION' | 'ZONE'

export interface SchedulerAttributeConstraintPredicate {
  exists?: SchedulerAttributeConstraintPredicateExists
  not_exists?: SchedulerAttributeConstraintPredicateNotExists
  text_equals?: SchedulerAttributeConstraintPredicateTextEquals
  text_not_equals?: SchedulerAttributeConstraintPredicateTextNotEquals
  text_matches?: SchedulerAttributeConstraintPredicateTextMatches
  text_not_matches?: SchedulerAttributeConstraintPredicateTextNotMatches
}

export interface SchedulerAttributeConstraintPredicateExists {

}

export interface SchedulerAttributeConstraintPredicateNotExists {

}

export interface SchedulerAttributeConstraintPredicateTextEquals {
  value: string
}

export interface SchedulerAttributeConstraintPredicateTextNotEquals {
  value: string
}

export interface SchedulerAttributeConstraintPredicateTextMatches {
  regex: string
}

export interface SchedulerAttributeConstraintPredicateTextNotMatches {
  regex: string
}

export interface SchedulerOfferConstraints {
  role_constraints?: Readonly<Record<string, SchedulerOfferConstraintsRoleConstraints>>
}

export interface SchedulerOfferConstraintsRoleConstraints {
  groups?: readonly SchedulerOfferConstraintsRoleConstraintsGroup[]
}

export interface SchedulerOfferConstraintsRoleConstraintsGroup {
  attribute_constraints?: readonly SchedulerAttributeConstraint[]
}

export interface SchedulerCall {
  framework_id?: FrameworkID
  type?: SchedulerCallType
  subscribe?: SchedulerCallSubscribe
  accept?: SchedulerCallAccept
  decline?: SchedulerCallDecline
  accept_inverse_offers?: SchedulerCallAcceptInverseOffers
  decline_inverse_offers?: SchedulerCallDeclineInverseOffers
  revive?: SchedulerCallRevive
  kill?: SchedulerCallKill
  shutdown?: SchedulerCallShutdown
  acknowledge?: SchedulerCallAcknowledge
  acknowledge_operation_status?: SchedulerCallAcknowledgeOperationStatus
  reconcile?: SchedulerCallReconcile
  reconcile_operations?: SchedulerCallReconcileOperations
  message?: SchedulerCallMessage
  request?: SchedulerCallRequest
  suppress?: SchedulerCallSuppress
  update_framework?: SchedulerCallUpdateFramework
}

export type SchedulerCallType = 'UNKNOWN' | 'SUBSCRIBE' | 'TEARDOWN' | 'ACCEPT' | 'DECLINE' | 'ACCEPT_INVERSE_OFFERS' | 'DECLINE_INVERSE_OFFERS' | 'REVIVE' | 'KILL' | 'SHUTDOWN' | 'ACKNOWLEDGE' | 'ACKNOWLEDGE_OPERATION_STATUS' | 'RECONCILE' | 'RECONCILE_OPERATIONS' | 'MESSAGE' | 'REQUEST' | 'SUPPRESS' | 'UPDATE_FRAMEWORK'

export interface SchedulerCallSubscribe {
  framework_info: FrameworkInfo
  suppressed_roles?: readonly string[]
  offer_constraints?: SchedulerOfferConstraints
}

export interface SchedulerCallAccept {
  offer_ids?: readonly OfferID[]
  operations?: readonly OfferOperation[]
  filters?: Filters
}

export interface SchedulerCallDecline {
  offer_ids?: readonly OfferID[]
  filters?: Filters
}

export interface SchedulerCallAcceptInverseOffers {
  inverse_offer_ids?: readonly OfferID[]
  filters?: Filters
}

export interface SchedulerCallDeclineInverseOffers {
  inverse_offer_ids?: readonly OfferID[]
  filters?: Filters
}

export interface SchedulerCallRevive {
  roles?: readonly string[]
}

export interface SchedulerCallKill {
  task_id: TaskID
  agent_id?: AgentID
  kill_policy?: KillPolicy
}

export interface SchedulerCallShutdown {
  executor_id: ExecutorID
  agent_id: AgentID
}

export interface SchedulerCallAcknowledge {
  agent_id: AgentID
  task_id: TaskID
  uuid: string
}

export interface SchedulerCallAcknowledgeOperationStatus {
  agent_id?: AgentID
  resource_provider_id?: ResourceProviderID
  uuid: string
  operation_id: OperationID
}

export interface SchedulerCallReconcile {
  tasks?: readonly SchedulerCallReconcileTask[]
}

export interface SchedulerCallReconcileTask {
  task_id: TaskID
  agent_id?: AgentID
}

export interface SchedulerCallReconcileOperations {
  operations?: readonly SchedulerCallReconcileOperationsOperation[]
}

export interface SchedulerCallReconcileOperationsOperation {
  operation_id: OperationID
  agent_id?: AgentID
  resource_provider_id?: ResourceProviderID
}

export interface SchedulerCallMessage {
  agent_id: AgentID
  executor_id: ExecutorID
  data: string
}

export interface SchedulerCallRequest {
  requests?: readonly Request[]
}

export interface SchedulerCallSuppress {
  roles?: readonly string[]
}

export interface SchedulerCallUpdateFramework {
  framework_info: FrameworkInfo
  suppressed_roles?: readonly string[]
  offer_constraints?: SchedulerOfferConstraints
}

export interface SchedulerAPIResult {
  status_code: number
  response?: SchedulerResponse
  error?: string
}

export interface ExecutorEvent {
  type?: ExecutorEventType
  subscribed?: ExecutorEventSubscribed
  acknowledged?: ExecutorEventAcknowledged
  launch?: ExecutorEventLaunch
  launch_group?: ExecutorEventLaunchGroup
  kill?: ExecutorEventKill
  message?: ExecutorEventMessage
  error?: ExecutorEventError
}

export type ExecutorEventType = 'UNKNOWN' | 'SUBSCRIBED' | 'LAUNCH' | 'LAUNCH_GROUP' | 'KILL' | 'ACKNOWLEDGED' | 'MESSAGE' | 'ERROR' | 'SHUTDOWN' | 'HEARTBEAT'

export interface ExecutorEventSubscribed {
  executor_info: ExecutorInfo
  framework_info: FrameworkInfo
  agent_info: AgentInfo
  container_id?: ContainerID
}

export interface ExecutorEventLaunch {
  task: TaskInfo
}

export interface ExecutorEventLaunchGroup {
  task_group: TaskGroupInfo
}

export interface ExecutorEventKill {
  task_id: TaskID
  kill_policy?: KillPolicy
}

export interface ExecutorEventAcknowledged {
  task_id: TaskID
  uuid: string
}

export interface ExecutorEventMessage {
  data: string
}

export interface ExecutorEventError {
  message: string
}

export interface ExecutorCall {
  executor_id: ExecutorID
  framework_id: FrameworkID
  type?: ExecutorCallType
  subscribe?: ExecutorCallSubscribe
  update?: ExecutorCallUpdate
  message?: ExecutorCallMessage
}

export type ExecutorCallType = 'UNKNOWN' | 'SUBSCRIBE' | 'UPDATE' | 'MESSAGE' | 'HEARTBEAT'

export interface ExecutorCallSubscribe {
  unacknowledged_tasks?: readonly TaskInfo[]
  unacknowledged_updates?: readonly ExecutorCallUpdate[]
}

export interface ExecutorCallUpdate {
  status: TaskStatus
}

export interface ExecutorCallMessage {
  data: string
}

export interface AgentCall {
  type?: AgentCallType
  get_metrics?: AgentCallGetMetrics
  set_logging_level?: AgentCallSetLoggingLevel
  list_files?: AgentCallListFiles
  read_file?: AgentCallReadFile
  get_containers?: AgentCallGetContainers
  launch_nested_container?: AgentCallLaunchNestedContainer
  wait_nested_container?: AgentCallWaitNestedContainer
  kill_nested_container?: AgentCallKillNestedContainer
  remove_nested_container?: AgentCallRemoveNestedContainer
  launch_nested_container_session?: AgentCallLaunchNestedContainerSession
  attach_container_input?: AgentCallAttachContainerInput
  attach_container_output?: AgentCallAttachContainerOutput
  launch_container?: AgentCallLaunchContainer
  wait_container?: AgentCallWaitContainer
  kill_container?: AgentCallKillContainer
  remove_container?: AgentCallRemoveContainer
  add_resource_provider_config?: AgentCallAddResourceProviderConfig
  update_resource_provider_config?: AgentCallUpdateResourceProviderConfig
  remove_resource_provider_config?: AgentCallRemoveResourceProviderConfig
  mark_resource_provider_gone?: AgentCallMarkResourceProviderGone
  prune_images?: AgentCallPruneImages
}

export type AgentCallType = 'UNKNOWN' | 'GET_HEALTH' | 'GET_FLAGS' | 'GET_VERSION' | 'GET_METRICS' | 'GET_LOGGING_LEVEL' | 'SET_LOGGING_LEVEL' | 'LIST_FILES' | 'READ_FILE' | 'GET_STATE' | 'GET_CONTAINERS' | 'GET_FRAMEWORKS' | 'GET_EXECUTORS' | 'GET_OPERATIONS' | 'GET_TASKS' | 'GET_AGENT' | 'GET_RESOURCE_PROVIDERS' | 'LAUNCH_NESTED_CONTAINER' | 'WAIT_NESTED_CONTAINER' | 'KILL_NESTED_CONTAINER' | 'REMOVE_NESTED_CONTAINER' | 'LAUNCH_NESTED_CONTAINER_SESSION' | 'ATTACH_CONTAINER_INPUT' | 'ATTACH_CONTAINER_OUTPUT' | 'LAUNCH_CONTAINER' | 'WAIT_CONTAINER' | 'KILL_CONTAINER' | 'REMOVE_CONTAINER' | 'ADD_RESOURCE_PROVIDER_CONFIG' | 'UPDATE_RESOURCE_PROVIDER_CONFIG' | 'REMOVE_RESOURCE_PROVIDER_CONFIG' | 'MARK_RESOURCE_PROVIDER_GONE' | 'PRUNE_IMAGES'

export interface AgentCallGetMetrics {
  timeout?: DurationInfo
}

export interface AgentCallSetLoggingLevel {
  level: number
  duration: DurationInfo
}

export interface AgentCallListFiles {
  path: string
}

export interface AgentCallReadFile {
  path: string
  offset: number
  length?: number
}

export interface AgentCallGetContainers {
  show_nested?: boolean
  show_standalone?: boolean
}

export interface AgentCallLaunchNestedContainer {
  container_id: ContainerID
  command?: CommandInfo
  container?: ContainerInfo
}

export interface AgentCallWaitNestedContainer {
  container_id: ContainerID
}

export interface AgentCallKillNestedContainer {
  container_id: ContainerID
  signal?: number
}

export interface AgentCallRemoveNestedContainer {
  container_id: ContainerID
}

export interface AgentCallLaunchNestedContainerSession {
  container_id: ContainerID
  command?: CommandInfo
  container?: ContainerInfo
}

export interface AgentCallAttachContainerInput {
  type?: AgentCallAttachContainerInputType
  container_id?: ContainerID
  process_io?: AgentProcessIO
}

export type AgentCallAttachContainerInputType = 'UNKNOWN' | 'CONTAINER_ID' | 'PROCESS_IO'

export interface AgentCallAttachContainerOutput {
  container_id: ContainerID
}

export interface AgentCallLaunchContainer {
  container_id: ContainerID
  command?: CommandInfo
  resources?: readonly Resource[]
  container?: ContainerInfo
  limits?: Readonly<Record<string, ValueScalar>>
}

export interface AgentCallWaitContainer {
  container_id: ContainerID
}

export interface AgentCallKillContainer {
  container_id: ContainerID
  signal?: number
}

export interface AgentCallRemoveContainer {
  container_id: ContainerID
}

export interface AgentCallAddResourceProviderConfig {
  info: ResourceProviderInfo
}

export interface AgentCallUpdateResourceProviderConfig {
  info: ResourceProviderInfo
}

export interface AgentCallRemoveResourceProviderConfig {
  type: string
  name: string
}

export interface AgentCallMarkResourceProviderGone {
  resource_provider_id: ResourceProviderID
}

export interface AgentCallPruneImages {
  excluded_images?: readonly Image[]
}

export interface AgentResponse {
  type?: AgentResponseType
  get_health?: AgentResponseGetHealth
  get_flags?: AgentResponseGetFlags
  get_version?: AgentResponseGetVersion
  get_metrics?: AgentResponseGetMetrics
  get_logging_level?: AgentResponseGetLoggingLevel
  list_files?: AgentResponseListFiles
  read_file?: AgentResponseReadFile
  get_state?: AgentResponseGetState
  get_containers?: AgentResponseGetContainers
  get_frameworks?: AgentResponseGetFrameworks
  get_executors?: AgentResponseGetExecutors
  get_operations?: AgentResponseGetOperations
  get_tasks?: AgentResponseGetTasks
  get_agent?: AgentResponseGetAgent
  get_resource_providers?: AgentResponseGetResourceProviders
  wait_nested_container?: AgentResponseWaitNestedContainer
  wait_container?: AgentResponseWaitContainer
}

export type AgentResponseType = 'UNKNOWN' | 'GET_HEALTH' | 'GET_FLAGS' | 'GET_VERSION' | 'GET_METRICS' | 'GET_LOGGING_LEVEL' | 'LIST_FILES' | 'READ_FILE' | 'GET_STATE' | 'GET_CONTAINERS' | 'GET_FRAMEWORKS' | 'GET_EXECUTORS' | 'GET_OPERATIONS' | 'GET_TASKS' | 'GET_AGENT' | 'GET_RESOURCE_PROVIDERS' | 'WAIT_NESTED_CONTAINER' | 'WAIT_CONTAINER'

export interface AgentResponseGetHealth {
  healthy: boolean
}

export interface AgentResponseGetFlags {
  flags?: readonly Flag[]
}

export interface AgentResponseGetVersion {
  version_info: VersionInfo
}

export interface AgentResponseGetMetrics {
  metrics?: readonly Metric[]
}

export interface AgentResponseGetLoggingLevel {
  level: number
}

export interface AgentResponseListFiles {
  file_infos?: readonly FileInfo[]
}

export interface AgentResponseReadFile {
  size: number
  data: string
}

export interface AgentResponseGetState {
  get_tasks?: AgentResponseGetTasks
  get_executors?: AgentResponseGetExecutors
  get_frameworks?: AgentResponseGetFrameworks
}

export interface AgentResponseGetContainers {
  containers?: readonly AgentResponseGetContainersContainer[]
}

export interface AgentResponseGetContainersContainer {
  framework_id?: FrameworkID
  executor_id?: ExecutorID
  executor_name?: string
  container_id: ContainerID
  container_status?: ContainerStatus
  resource_statistics?: ResourceStatistics
}

export interface AgentResponseGetFrameworks {
  frameworks?: readonly AgentResponseGetFrameworksFramework[]
  completed_frameworks?: readonly AgentResponseGetFrameworksFramework[]
}

export interface AgentResponseGetFrameworksFramework {
  framework_info: FrameworkInfo
}

export interface AgentResponseGetExecutors {
  executors?: readonly AgentResponseGetExecutorsExecutor[]
  completed_executors?: readonly AgentResponseGetExecutorsExecutor[]
}

export interface AgentResponseGetExecutorsExecutor {
  executor_info: ExecutorInfo
}

export interface AgentResponseGetOperations {
  operations?: readonly Operation[]
}

export interface AgentResponseGetTasks {
  pending_tasks?: readonly Task[]
  queued_tasks?: readonly Task[]
  launched_tasks?: readonly Task[]
  terminated_tasks?: readonly Task[]
  completed_tasks?: readonly Task[]
}

export interface AgentResponseGetAgent {
  agent_info?: AgentInfo
  drain_config?: DrainConfig
  estimated_drain_start_time?: TimeInfo
}

export interface AgentResponseGetResourceProviders {
  resource_providers?: readonly AgentResponseGetResourceProvidersResourceProvider[]
}

export interface AgentResponseGetResourceProvidersResourceProvider {
  resource_provider_info: ResourceProviderInfo
  total_resources?: readonly Resource[]
}

export interface AgentResponseWaitNestedContainer {
  exit_status?: number
  state?: TaskState
  reason?: TaskStatusReason
  limitation?: TaskResourceLimitation
  message?: string
}

export interface AgentResponseWaitContainer {
  exit_status?: number
  state?: TaskState
  reason?: TaskStatusReason
  limitation?: TaskResourceLimitation
  message?: string
}

export interface AgentProcessIO {
  type?: AgentProcessIOType
  data?: AgentProcessIOData
  control?: AgentProcessIOControl
}

export type AgentProcessIOType = 'UNKNOWN' | 'DATA' | 'CONTROL'

export interface AgentProcessIOData {
  type?: AgentProcessIODataType
  data?: string
}

export type AgentProcessIODataType = 'UNKNOWN' | 'STDIN' | 'STDOUT' | 'STDERR'

export interface AgentProcessIOControl {
  type?: AgentProcessIOControlType
  tty_info?: TTYInfo
  heartbeat?: AgentProcessIOControlHeartbeat
}

export type AgentProcessIOControlType = 'UNKNOWN' | 'TTY_INFO' | 'HEARTBEAT'

export interface AgentProcessIOControlHeartbeat {
  interval?: DurationInfo
}

export interface MasterCall {
  type?: MasterCallType
  get_metrics?: MasterCallGetMetrics
  set_logging_level?: MasterCallSetLoggingLevel
  list_files?: MasterCallListFiles
  read_file?: MasterCallReadFile
  update_weights?: MasterCallUpdateWeights
  reserve_resources?: MasterCallReserveResources
  unreserve_resources?: MasterCallUnreserveResources
  create_volumes?: MasterCallCreateVolumes
  destroy_volumes?: MasterCallDestroyVolumes
  grow_volume?: MasterCallGrowVolume
  shrink_volume?: MasterCallShrinkVolume
  update_maintenance_schedule?: MasterCallUpdateMaintenanceSchedule
  start_maintenance?: MasterCallStartMaintenance
  stop_maintenance?: MasterCallStopMaintenance
  drain_agent?: MasterCallDrainAgent
  deactivate_agent?: MasterCallDeactivateAgent
  reactivate_agent?: MasterCallReactivateAgent
  update_quota?: MasterCallUpdateQuota
  teardown?: MasterCallTeardown
  mark_agent_gone?: MasterCallMarkAgentGone
  set_quota?: MasterCallSetQuota
  remove_quota?: MasterCallRemoveQuota
}

export type MasterCallType = 'UNKNOWN' | 'GET_HEALTH' | 'GET_FLAGS' | 'GET_VERSION' | 'GET_METRICS' | 'GET_LOGGING_LEVEL' | 'SET_LOGGING_LEVEL' | 'LIST_FILES' | 'READ_FILE' | 'GET_STATE' | 'GET_AGENTS' | 'GET_FRAMEWORKS' | 'GET_EXECUTORS' | 'GET_OPERATIONS' | 'GET_TASKS' | 'GET_ROLES' | 'GET_WEIGHTS' | 'UPDATE_WEIGHTS' | 'GET_MASTER' | 'SUBSCRIBE' | 'RESERVE_RESOURCES' | 'UNRESERVE_RESOURCES' | 'CREATE_VOLUMES' | 'DESTROY_VOLUMES' | 'GROW_VOLUME' | 'SHRINK_VOLUME' | 'GET_MAINTENANCE_STATUS' | 'GET_MAINTENANCE_SCHEDULE' | 'UPDATE_MAINTENANCE_SCHEDULE' | 'START_MAINTENANCE' | 'STOP_MAINTENANCE' | 'DRAIN_AGENT' | 'DEACTIVATE_AGENT' | 'REACTIVATE_AGENT' | 'GET_QUOTA' | 'UPDATE_QUOTA' | 'SET_QUOTA' | 'REMOVE_QUOTA' | 'TEARDOWN' | 'MARK_AGENT_GONE'

export interface MasterCallGetMetrics {
  timeout?: DurationInfo
}

export interface MasterCallSetLoggingLevel {
  level: number
  duration: DurationInfo
}

export interface MasterCallListFiles {
  path: string
}

export interface MasterCallReadFile {
  path: string
  offset: number
  length?: number
}

export interface MasterCallUpdateWeights {
  weight_infos?: readonly WeightInfo[]
}

export interface MasterCallReserveResources {
  agent_id: AgentID
  source?: readonly Resource[]
  resources?: readonly Resource[]
}

export interface MasterCallUnreserveResources {
  agent_id: AgentID
  resources?: readonly Resource[]
}

export interface MasterCallCreateVolumes {
  agent_id: AgentID
  volumes?: readonly Resource[]
}

export interface MasterCallDestroyVolumes {
  agent_id: AgentID
  volumes?: readonly Resource[]
}

export interface MasterCallGrowVolume {
  agent_id?: AgentID
  volume: Resource
  addition: Resource
}

export interface MasterCallShrinkVolume {
  agent_id?: AgentID
  volume: Resource
  subtract: ValueScalar
}

export interface MasterCallUpdateMaintenanceSchedule {
  schedule: MaintenanceSchedule
}

export interface MasterCallStartMaintenance {
  machines?: readonly MachineID[]
}

export interface MasterCallStopMaintenance {
  machines?: readonly MachineID[]
}

export interface MasterCallDrainAgent {
  agent_id: AgentID
  max_grace_period?: GoogleProtobufDuration
  mark_gone?: boolean
}

export interface MasterCallDeactivateAgent {
  agent_id: AgentID
}

export interface MasterCallReactivateAgent {
  agent_id: AgentID
}

export interface MasterCallUpdateQuota {
  force?: boolean
  quota_configs?: readonly QuotaQuotaConfig[]
}

export interface MasterCallSetQuota {
  quota_request: QuotaQuotaRequest
}

export interface MasterCallRemoveQuota {
  role: string
}

export interface MasterCallTeardown {
  framework_id: FrameworkID
}

export interface MasterCallMarkAgentGone {
  agent_id: AgentID
}

export interface MasterResponse {
  type?: MasterResponseType
  get_health?: MasterResponseGetHealth
  get_flags?: MasterResponseGetFlags
  get_version?: MasterResponseGetVersion
  get_metrics?: MasterResponseGetMetrics
  get_logging_level?: MasterResponseGetLoggingLevel
  list_files?: MasterResponseListFiles
  read_file?: MasterResponseReadFile
  get_state?: MasterResponseGetState
  get_agents?: MasterResponseGetAgents
  get_frameworks?: MasterResponseGetFrameworks
  get_executors?: MasterResponseGetExecutors
  get_operations?: MasterResponseGetOperations
  get_tasks?: MasterResponseGetTasks
  get_roles?: MasterResponseGetRoles
  get_weights?: MasterResponseGetWeights
  get_master?: MasterResponseGetMaster
  get_maintenance_status?: MasterResponseGetMaintenanceStatus
  get_maintenance_schedule?: MasterResponseGetMaintenanceSchedule
  get_quota?: MasterResponseGetQuota
}

export type MasterResponseType = 'UNKNOWN' | 'GET_HEALTH' | 'GET_FLAGS' | 'GET_VERSION' | 'GET_METRICS' | 'GET_LOGGING_LEVEL' | 'LIST_FILES' | 'READ_FILE' | 'GET_STATE' | 'GET_AGENTS' | 'GET_FRAMEWORKS' | 'GET_EXECUTORS' | 'GET_OPERATIONS' | 'GET_TASKS' | 'GET_ROLES' | 'GET_WEIGHTS' | 'GET_MASTER' | 'GET_MAINTENANCE_STATUS' | 'GET_MAINTENANCE_SCHEDULE' | 'GET_QUOTA'

export interface MasterResponseGetHealth {
  healthy: boolean
}

export interface MasterResponseGetFlags {
  flags?: readonly Flag[]
}

export interface MasterResponseGetVersion {
  version_info: VersionInfo
}

export interface MasterResponseGetMetrics {
  metrics?: readonly Metric[]
}

export interface MasterResponseGetLoggingLevel {
  level: number
}

export interface MasterResponseListFiles {
  file_infos?: readonly FileInfo[]
}

export interface MasterResponseReadFile {
  size: number
  data: string
}

export interface MasterResponseGetState {
  get_tasks?: MasterResponseGetTasks
  get_executors?: MasterResponseGetExecutors
  get_frameworks?: MasterResponseGetFrameworks
  get_agents?: MasterResponseGetAgents
}

export interface MasterResponseGetAgents {
  agents?: readonly MasterResponseGetAgentsAgent[]
  recovered_agents?: readonly AgentInfo[]
}

export interface MasterResponseGetAgentsAgent {
  agent_info: AgentInfo
  active: boolean
  deactivated?: boolean
  version: string
  pid?: string
  registered_time?: TimeInfo
  reregistered_time?: TimeInfo
  total_resources?: readonly Resource[]
  allocated_resources?: readonly Resource[]
  offered_resources?: readonly Resource[]
  capabilities?: readonly AgentInfoCapability[]
  resource_providers?: readonly MasterResponseGetAgentsAgentResourceProvider[]
  drain_info?: DrainInfo
  estimated_drain_start_time?: TimeInfo
}

export interface MasterResponseGetAgentsAgentResourceProvider {
  resource_provider_info: ResourceProviderInfo
  total_resources?: readonly Resource[]
}

export interface MasterResponseGetFrameworks {
  frameworks?: readonly MasterResponseGetFrameworksFramework[]
  completed_frameworks?: readonly MasterResponseGetFrameworksFramework[]
  recovered_frameworks?: readonly FrameworkInfo[]
}

export interface MasterResponseGetFrameworksFramework {
  framework_info: FrameworkInfo
  active: boolean
  connected: boolean
  recovered: boolean
  registered_time?: TimeInfo
  reregistered_time?: TimeInfo
  unregistered_time?: TimeInfo
  offers?: readonly Offer[]
  inverse_offers?: readonly InverseOffer[]
  allocated_resources?: readonly Resource[]
  offered_resources?: readonly Resource[]
  offer_constraints?: SchedulerOfferConstraints
}

export interface MasterResponseGetExecutors {
  executors?: readonly MasterResponseGetExecutorsExecutor[]
  orphan_executors?: readonly MasterResponseGetExecutorsExecutor[]
}

export interface MasterResponseGetExecutorsExecutor {
  executor_info: ExecutorInfo
  agent_id: AgentID
}

export interface MasterResponseGetOperations {
  operations?: readonly Operation[]
}

export interface MasterResponseGetTasks {
  pending_tasks?: readonly Task[]
  tasks?: readonly Task[]
  unreachable_tasks?: readonly Task[]
  completed_tasks?: readonly Task[]
  orphan_tasks?: readonly Task[]
}

export interface MasterResponseGetRoles {
  roles?: readonly Role[]
}

export interface MasterResponseGetWeights {
  weight_infos?: readonly WeightInfo[]
}

export interface MasterResponseGetMaster {
  master_info?: MasterInfo
  start_time?: number
  elected_time?: number
}

export interface MasterResponseGetMaintenanceStatus {
  status: MaintenanceClusterStatus
}

export interface MasterResponseGetMaintenanceSchedule {
  schedule: MaintenanceSchedule
}

export interface MasterResponseGetQuota {
  status: QuotaQuotaStatus
}

export interface MasterEvent {
  type?: MasterEventType
  subscribed?: MasterEventSubscribed
  task_added?: MasterEventTaskAdded
  task_updated?: MasterEventTaskUpdated
  agent_added?: MasterEventAgentAdded
  agent_removed?: MasterEventAgentRemoved
  framework_added?: MasterEventFrameworkAdded
  framework_updated?: MasterEventFrameworkUpdated
  framework_removed?: MasterEventFrameworkRemoved
}

export type MasterEventType = 'UNKNOWN' | 'SUBSCRIBED' | 'TASK_ADDED' | 'TASK_UPDATED' | 'AGENT_ADDED' | 'AGENT_REMOVED' | 'FRAMEWORK_ADDED' | 'FRAMEWORK_UPDATED' | 'FRAMEWORK_REMOVED' | 'HEARTBEAT'

export interface MasterEventSubscribed {
  get_state?: MasterResponseGetState
  heartbeat_interval_seconds?: number
}

export interface MasterEventTaskAdded {
  task: Task
}

export interface MasterEventTaskUpdated {
  framework_id: FrameworkID
  status: TaskStatus
  state: TaskState
}

export interface MasterEventFrameworkAdded {
  framework: MasterResponseGetFrameworksFramework
}

export interface MasterEventFrameworkUpdated {
  framework: MasterResponseGetFrameworksFramework
}

export interface MasterEventFrameworkRemoved {
  framework_info: FrameworkInfo
}

export interface MasterEventAgentAdded {
  agent: MasterResponseGetAgentsAgent
}

export interface MasterEventAgentRemoved {
  agent_id: AgentID
}

export interface MaintenanceWindow {
  machine_ids?: readonly MachineID[]
  unavailability: Unavailability
}

export interface MaintenanceSchedule {
  windows?: readonly MaintenanceWindow[]
}

export interface MaintenanceClusterStatus {
  draining_machines?: readonly MaintenanceClusterStatusDrainingMachine[]
  down_machines?: readonly MachineID[]
}

export interface MaintenanceClusterStatusDrainingMachine {
  id: MachineID
  statuses?: readonly AllocatorInverseOfferStatus[]
}

export interface AllocatorInverseOfferStatus {
  status: AllocatorInverseOfferStatusStatus
  framework_id: FrameworkID
  timestamp: TimeInfo
}

export type AllocatorInverseOfferStatusStatus = 'UNKNOWN' | 'ACCEPT' | 'DECLINE'

export interface QuotaQuotaInfo {
  role?: string
  principal?: string
  guarantee?: readonly Resource[]
}

export interface QuotaQuotaRequest {
  force?: boolean
  role?: string
  guarantee?: readonly Resource[]
}

export interface QuotaQuotaConfig {
  role: string
  guarantees?: Readonly<Record<string, ValueScalar>>
  limits?: Readonly<Record<string, ValueScalar>>
}

export interface QuotaQuotaStatus {
  infos?: readonly QuotaQuotaInfo[]
  configs?: readonly QuotaQuotaConfig[]
}

export interface GoogleProtobufDuration {
  seconds?: number
  nanos?: number
}
