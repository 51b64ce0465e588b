import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import type { LabelSelector } from 'kubernetes-types/meta/v1'
import type { Column } from '../../kind.ts'
import type { Resource } from '../../resource.ts'
import { labelSelectorOf } from '../../selectors/labels.ts'
import { column, integer, none, wide } from '../columns.ts'

/** A number that is 0 until a controller has counted. */
export const countOf =
  <T extends Resource>(count: (object: T) => number | undefined): Column<T>['cell'] =>
  object =>
    count(object) ?? 0

export const countColumn = <T extends Resource>(
  name: string,
  description: string,
  count: (object: T) => number | undefined,
): Column<T> => column(name, description, countOf(count), integer)

/** Names and images of what a template makes. */
export const containerColumns = <T extends Resource>(
  template: (object: T) => PodTemplateSpec | undefined,
  priority: { readonly priority?: number } = wide,
): Column<T>[] => {
  const containers = (object: T) => template(object)?.spec?.containers ?? []
  return [
    column(
      'Containers',
      'Names of each container in the template.',
      object =>
        containers(object)
          .map(({ name }) => name)
          .join(),
      priority,
    ),
    column(
      'Images',
      'Images referenced by each container in the template.',
      object =>
        containers(object)
          .map(({ image }) => image)
          .join(),
      priority,
    ),
  ]
}

export const selectorColumn = <T extends Resource>(
  description: string,
  selector: (object: T) => LabelSelector | undefined,
): Column<T> => column('Selector', description, object => selectorText(selector(object)), wide)

/** As `kubectl get -l` takes it, or `<none>`. */
export const selectorText = (selector: LabelSelector | undefined): string =>
  labelSelectorOf(selector).toString() || none
