import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const root = join(import.meta.dirname, '..')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).map(name => `docs/${name}`),
].filter(page => page.endsWith('.md'))
const read = (page: string): string => readFileSync(join(root, page), 'utf8')

/** What a heading is called in a link, as GitHub has it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-')

const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))

test('every link leads to a file that is there, and to a heading in it', () => {
  const broken: string[] = []
  for (const page of pages) {
    for (const [, link = ''] of read(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path = '', anchor] = link.split('#')
      const target = path ? join(dirname(page), path) : page
      const found = existsSync(join(root, target)) && (!anchor || anchorsOf(target).includes(anchor))
      if (!found) broken.push(`${page}: ${link}`)
    }
  }
  assert.equal(broken, [])
})

test('the code of reconcilers.md is that of the example', () => {
  const [shown = ''] = /export const rollout[\s\S]*?(?=```)/.exec(read('docs/reconcilers.md')) ?? []
  assert.ok(shown.length > 1_000)
  assert.ok(read('examples/rollout.ts').includes(shown))
})

test('every flag that operating.md names is one of a program', () => {
  const flags = [...read('docs/operating.md').matchAll(/`-([a-z_]+)[=`]/g)].map(([, name]) => name)
  const programs = readdirSync(join(root, 'bin')).filter(name => name.endsWith('.ts'))
  const sources = programs.map(name => read(`bin/${name}`)).join('\n')
  assert.ok(flags.length > 10)
  const unknown = flags.filter(name => !new RegExp(`^\\s+${name}: \\{`, 'm').test(sources))
  assert.equal(unknown, [])
})

test.run()
