import type { ExecAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue, required } from '../../field-error.ts'
import { headerName } from '../../validation/names.ts'
import {
  checkEach,
  checkNonNegative,
  checkOneOf,
  checkPort,
  checkPortOrName,
  checkPositive,
  checkText,
  type Errors,
  errorsOf,
  none,
} from '../../validation/values.ts'
import type { PodSpec } from './types.ts'

/** Of liveness and of having started: a single success must be enough. */
export const checkLivenessProbe = (field: string, probe: Probe): Errors => {
  const { successThreshold = 1 } = probe
  return errorsOf(
    checkProbe(field, probe),
    successThreshold !== 1 && invalidValue(`${field}.successThreshold`, successThreshold, 'must be 1'),
  )
}

/** Of readiness: nothing is ended for the lack of it. */
export const checkReadinessProbe = (field: string, probe: Probe): Errors => {
  const { terminationGracePeriodSeconds: grace } = probe
  return errorsOf(
    checkProbe(field, probe),
    grace !== undefined &&
      invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'),
  )
}

const checkProbe = (field: string, probe: Probe): Errors =>
  errorsOf(
    checkHandler(field, probe),
    checkNonNegative(`${field}.initialDelaySeconds`, probe.initialDelaySeconds),
    checkNonNegative(`${field}.timeoutSeconds`, probe.timeoutSeconds),
    checkNonNegative(`${field}.periodSeconds`, probe.periodSeconds),
    checkNonNegative(`${field}.successThreshold`, probe.successThreshold),
    checkNonNegative(`${field}.failureThreshold`, probe.failureThreshold),
    checkPositive(`${field}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds),
  )

export const checkLifecycle = (field: string, { postStart, preStop }: Lifecycle, spec: PodSpec): Errors => {
  const grace = spec.terminationGracePeriodSeconds
  return errorsOf(
    postStart && checkHandler(`${field}.postStart`, postStart, grace),
    preStop && checkHandler(`${field}.preStop`, preStop, grace),
  )
}

type Handler = Pick<Probe, 'grpc'> & LifecycleHandler

/** The first of them is looked at, and all the others are too many. */
const members = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const

const checkHandler = (field: string, handler: Handler, grace?: number): Errors => {
  let first: (typeof members)[number] | undefined
  let errors = none
  for (const member of members) {
    if (!handler[member]) continue
    if (first) {
      const more = forbiddenField(`${field}.${member}`, 'may not specify more than 1 handler type')
      errors = errorsOf(errors, more)
    } else {
      first = member
      errors = checkAction(`${field}.${member}`, handler, member, grace)
    }
  }
  return first ? errors : [required(field, 'must specify a handler type')]
}

const checkAction = (
  field: string,
  { exec, httpGet, tcpSocket, grpc, sleep }: Handler,
  member: (typeof members)[number],
  grace: number | undefined,
): Errors => {
  switch (member) {
    case 'exec':
      return exec ? checkExec(field, exec) : none
    case 'httpGet':
      return httpGet ? checkHTTPGet(field, httpGet) : none
    case 'tcpSocket':
      return checkPortOrName(`${field}.port`, tcpSocket?.port ?? 0)
    case 'grpc':
      return checkPort(`${field}.port`, grpc?.port ?? 0)
    case 'sleep':
      return checkSleep(field, sleep?.seconds ?? 0, grace)
  }
}

const checkExec = (field: string, { command }: ExecAction): Errors =>
  command?.length ? none : [required(`${field}.command`)]

const checkHTTPGet = (field: string, { port, scheme, httpHeaders }: HTTPGetAction): Errors =>
  errorsOf(
    checkPortOrName(`${field}.port`, port ?? 0),
    checkOneOf(`${field}.scheme`, scheme, ['HTTP', 'HTTPS']),
    // As in kube-apiserver, an error does not say which of the headers it is.
    httpHeaders &&
      checkEach(field, httpHeaders, (_, { name }) =>
        checkText(`${field}.httpHeaders`, name ?? '', headerName),
      ),
  )

/** `grace` is how long the pod has to end, seconds. */
const checkSleep = (field: string, seconds: number, grace: number | undefined): Errors =>
  grace === undefined || (seconds >= 0 && seconds <= grace)
    ? none
    : [
        invalidValue(
          field,
          seconds,
          `must be non-negative and less than terminationGracePeriodSeconds (${grace})`,
        ),
      ]
