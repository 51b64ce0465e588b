// Bundles the programs into dist/, one ESM file each; `npm ci` runs it through `prepare`. With arguments, the modules
// that they name into dist/bench/.
import { chmod, copyFile } from 'node:fs/promises'
import { build } from 'esbuild'

const programs = [
  'kubernetes-mesos',
  'controller-manager',
  'kubernetes-executor',
  'kube-proxy',
  'kubecfg',
  'mesos-local',
]

// etcd3 reads its .proto by __dirname: it stays in node_modules.
const external = ['etcd3']

const modules = process.argv.slice(2)
const outdir = modules.length > 0 ? 'dist/bench' : 'dist'

await build({
  entryPoints: modules.length > 0 ? modules : programs.map(name => `bin/${name}.ts`),
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external,
  sourcemap: 'linked',
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  // CommonJS packages inside an ESM bundle call require for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
})

if (modules.length === 0) await Promise.all(programs.map(name => chmod(`dist/${name}.mjs`, 0o755)))

// Read when it is first needed, from beside the program.
for (const file of ['schema.json', 'protobuf.json', 'descriptions.json']) {
  await copyFile(`api/schema/${file}`, `${outdir}/${file}`)
}
