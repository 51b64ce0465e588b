import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import { forbiddenField, invalidValue, notSupported, required } from '../../field-error.ts'
import type { Labels } from '../../selectors/labels.ts'
import { checkMetadata } from '../../validation/metadata.ts'
import { type Errors, errorsOf } from '../../validation/values.ts'
import { checkPodAnnotations } from '../pod-spec/annotations.ts'
import { defaultPodSpec } from '../pod-spec/defaults.ts'
import { checkPodSpec } from '../pod-spec/validate.ts'

/** Fills in what every pod of the template has. In place. */
export const defaultTemplate = (template: PodTemplateSpec | undefined): void => {
  if (template?.spec) defaultPodSpec(template.spec)
}

export const checkTemplate = (field: string, template: PodTemplateSpec | undefined): Errors =>
  template
    ? errorsOf(
        checkMetadata(template.metadata ?? {}, `${field}.metadata`),
        // As in kube-apiserver, an error leaves out that they are of the metadata.
        template.metadata?.annotations &&
          template.spec &&
          checkPodAnnotations(`${field}.annotations`, template.metadata.annotations, template.spec),
        checkPodSpec(template.spec ?? { containers: [] }, `${field}.spec`),
        template.spec?.ephemeralContainers?.length &&
          forbiddenField(
            `${field}.spec.ephemeralContainers`,
            'ephemeral containers not allowed in pod template',
          ),
      )
    : [required(field)]

/** The controller has to find its own pods again. */
export const checkSelected = (
  field: string,
  template: PodTemplateSpec | undefined,
  matches: (labels: Labels) => boolean,
): Errors => {
  if (!template) return []
  const labels = template.metadata?.labels ?? {}
  return matches(labels)
    ? []
    : [invalidValue(`${field}.metadata.labels`, labels, '`selector` does not match template `labels`')]
}

/** What a controller replaces is there to stay. */
export const checkLasting = (field: string, template: PodTemplateSpec | undefined, kind: string): Errors => {
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {}
  return [
    ...(restartPolicy !== undefined && restartPolicy !== 'Always'
      ? [notSupported(`${field}.spec.restartPolicy`, restartPolicy, ['Always'])]
      : []),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [
          forbiddenField(
            `${field}.spec.activeDeadlineSeconds`,
            `activeDeadlineSeconds in ${kind} is not Supported`,
          ),
        ]),
  ]
}
