import type { Probe } from 'kubernetes-types/core/v1'
import { invalidValue, required } from '../../field-error.ts'
import { headerName } from '../../validation/names.ts'
import {
  checkEach,
  checkNonNegative,
  checkOneMember,
  checkOneOf,
  checkPort,
  checkPortOrName,
  checkText,
  type Errors,
  errorsOf,
} from '../../validation/values.ts'

const members = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'>

/** `once`: a single success must be enough, as for liveness. */
export const checkProbe = (field: string, probe: Probe, { once }: { once: boolean }): Errors => {
  const { successThreshold } = probe
  return errorsOf(
    checkHandler(field, probe),
    checkNonNegative(`${field}.initialDelaySeconds`, probe.initialDelaySeconds),
    checkNonNegative(`${field}.timeoutSeconds`, probe.timeoutSeconds),
    checkNonNegative(`${field}.periodSeconds`, probe.periodSeconds),
    checkNonNegative(`${field}.successThreshold`, successThreshold),
    checkNonNegative(`${field}.failureThreshold`, probe.failureThreshold),
    once &&
      successThreshold !== undefined &&
      successThreshold !== 1 &&
      invalidValue(`${field}.successThreshold`, successThreshold, 'must be 1'),
  )
}

export const checkHandler = (field: string, handler: Handler): Errors => {
  const { exec, httpGet, tcpSocket, grpc } = handler
  const given = members.filter(member => member in handler)
  return errorsOf(
    checkOneMember(field, given, 'handler type'),
    exec && !exec.command?.length && required(`${field}.exec.command`),
    httpGet &&
      errorsOf(
        checkPortOrName(`${field}.httpGet.port`, httpGet.port ?? 0),
        checkOneOf(`${field}.httpGet.scheme`, httpGet.scheme, ['HTTP', 'HTTPS']),
        // As in kube-apiserver, an error does not say which of the headers it is.
        httpGet.httpHeaders &&
          checkEach(field, httpGet.httpHeaders, (_, { name }) =>
            checkText(`${field}.httpGet.httpHeaders`, name ?? '', headerName),
          ),
      ),
    grpc && checkPort(`${field}.grpc.port`, grpc.port ?? 0),
    tcpSocket && checkPortOrName(`${field}.tcpSocket.port`, tcpSocket.port ?? 0),
  )
}
