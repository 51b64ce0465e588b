/**
 * Kubernetes' expansion in commands, arguments and environment: `$(NAME)` gives the variable, and stays as it is when
 * there is none; `$$` gives a dollar sign, so `$$(NAME)` stays `$(NAME)`.
 */
export const expand = (text: string, variables: ReadonlyMap<string, string>): string =>
  text.replace(/\$(?:\$|\(([^)]*)\))/g, (match, name: string | undefined) =>
    name === undefined ? '$' : (variables.get(name) ?? match),
  )
