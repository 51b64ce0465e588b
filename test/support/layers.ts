import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { build } from 'esbuild'

export interface Import {
  readonly from: string
  readonly to: string
}

/**
 * What each folder may import besides itself. The longest matching folder counts, so `mesos/protocol` can be
 * allowed where `mesos` is not.
 */
export const layers: Readonly<Record<string, readonly string[]>> = {
  util: [],
  api: ['util'],
  store: ['api', 'util'],
  informers: ['store', 'api', 'util'],
  apiserver: ['informers', 'store', 'api', 'util'],
  controllers: ['informers', 'api', 'util', 'mesos/protocol'],
  'mesos/protocol': ['util'],
  'mesos/scheduler': ['mesos/protocol', 'informers', 'util'],
  'mesos/local': ['mesos/protocol', 'util'],
  executor: ['informers', 'api', 'util', 'mesos/protocol'],
  proxy: ['informers', 'api', 'util'],
  kubecfg: ['api', 'util'],
}

const within = (file: string, folder: string): boolean => file.startsWith(`${folder}/`)

const layerOf = (file: string): string | undefined => Object.keys(layers).find(folder => within(file, folder))

/** The imports that the layers do not allow. Files outside all layers (bin, test, ...) may import everything. */
export const forbidden = (imports: readonly Import[]): Import[] =>
  imports.filter(({ from, to }) => {
    const layer = layerOf(from)
    if (!layer || within(to, layer)) return false
    return !layers[layer]?.some(folder => within(to, folder))
  })

/** Every import between the files: esbuild tells those that remain at run time, the text tells `import type`. */
export const importsOf = async (files: readonly string[], root = '.'): Promise<Import[]> => {
  const { metafile } = await build({
    absWorkingDir: join(process.cwd(), root),
    entryPoints: [...files],
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'out',
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  })
  const atRunTime = Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
    imports.filter(({ external }) => !external).map(({ path }) => ({ from, to: path })),
  )
  const typeOnly = files.flatMap(from => {
    const text = readFileSync(join(root, from), 'utf8')
    const found = text.matchAll(
      /(?:import|export)\s+type\s[^'"]*from\s+['"](\.[^'"]+)['"]|import\(['"](\.[^'"]+)['"]\)/g,
    )
    return [...found].map(match => ({ from, to: normalize(join(dirname(from), match[1] ?? match[2] ?? '')) }))
  })
  return [...atRunTime, ...typeOnly]
}
