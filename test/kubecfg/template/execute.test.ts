import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { renderTemplate } from '../../../kubecfg/template/execute.ts'
import { TemplateError } from '../../../kubecfg/template/tokens.ts'

const data = {
  kind: 'PodList',
  items: [
    { id: 'a', labels: { tier: 'web', app: 'x' }, port: 8080, on: true },
    { id: 'b', labels: {}, port: 0 },
  ],
  none: null,
  empty: [],
  big: 8589934592,
}

/** Template -> what Go's text/template prints for the data; whole numbers whole. */
const rendered: Readonly<Record<string, string>> = {
  'plain }} text': 'plain }} text',
  '{{.kind}}': 'PodList',
  '{{ .kind }}!': 'PodList!',
  '{{.absent}} {{.none}} {{.absent.deeper}}': '<no value> <no value> <no value>',
  '{{.big}}': '8589934592',
  '{{range .items}}{{.id}} {{end}}': 'a b ',
  '{{range $i, $pod := .items}}{{$i}}={{$pod.id}};{{end}}': '0=a;1=b;',
  '{{range $pod := .items}}{{$pod.id}}{{$.kind}} {{end}}': 'aPodList bPodList ',
  '{{range .empty}}x{{else}}nothing{{end}}': 'nothing',
  '{{range $k, $v := (index .items 0).labels}}{{$k}}:{{$v}} {{end}}': 'app:x tier:web ',
  '{{if .items}}yes{{else}}no{{end}}': 'yes',
  '{{if .empty}}yes{{else if .kind}}kind{{else}}no{{end}}': 'kind',
  '{{if .empty}}yes{{else if .none}}none{{else}}no{{end}}': 'no',
  '{{with .kind}}<{{.}}>{{end}}{{with .none}}x{{else}}<{{.kind}}>{{end}}': '<PodList><PodList>',
  '{{with $x := .kind}}{{$x}}{{end}}': 'PodList',
  '{{$n := len .items}}{{$n}}': '2',
  '{{$last := ""}}{{range .items}}{{$last = .id}}{{end}}{{$last}}': 'b',
  '{{len .kind}} {{.items | len}} {{len (index .items 0).labels}}': '7 2 2',
  '{{index .items 1 "id"}}': 'b',
  '{{printf "%s has %d items (%v, %5.2f)%%" .kind (len .items) true 1.5}}':
    'PodList has 2 items (true,  1.50)%',
  '{{printf "%-5s|%5s|%05d|%q|%x" "a" "b" 42 "c\\n" 255}}': 'a    |    b|00042|"c\\n"|ff',
  '{{.kind | printf "%s-%s" "x"}}': 'x-PodList',
  '{{printf "%d" "x"}} {{printf "%s"}}': '%!d(x) %!s(MISSING)',
  '{{(index .items 0).labels}} {{.empty}}': 'map[app:x tier:web] []',
  '{{"a \\"quoted\\" }} brace"}} {{`raw \\n`}}': 'a "quoted" }} brace raw \\n',
  '{{eq .kind "PodList"}} {{ne 1 2}} {{lt 1 2}} {{ge "b" "a"}} {{eq 3 1 2 3}}': 'true true true true true',
  '{{and .kind .none}} {{or .none .kind}} {{not .kind}}': '<no value> PodList false',
  'a {{- /* trims */ -}} b {{- " c " -}} d': 'ab c d',
  '{{/* nothing */}}x': 'x',
  '{{range .items}}{{if .on}}{{.port}}{{end}}{{end}}': '8080',
}

for (const [template, text] of Object.entries(rendered)) {
  test(template, () => assert.is(renderTemplate(template, data), text))
}

const wrong: Readonly<Record<string, RegExp>> = {
  'a\n{{.x': /^line 2: unclosed action$/,
  '{{range .items}}': /^line 1: \{\{range \.items\}\}: unclosed: \{\{end\}\} is missing$/,
  '{{if .x}}a{{else}}b': /is missing after \{\{else\}\}/,
  '{{end}}': /^line 1: unexpected \{\{end\}\}$/,
  '\n\n{{nope .kind}}': /^line 3: \{\{nope \.kind\}\}: function "nope" is not defined; there are: printf/,
  '{{.kind.deeper}}': /cannot take field deeper of PodList/,
  '{{range .kind}}{{end}}': /range can't iterate over PodList/,
  '{{index .items 7}}': /index 7 is out of range: the list has 2 items/,
  '{{$x}}': /undefined variable "\$x"/,
  '{{.kind .items}}': /can't give argument to non-function/,
  '{{len .big}}': /len of 8589934592/,
  '{{lt 1 "a"}}': /cannot compare 1 with a/,
  '{{.kind | }}': /missing value for command/,
  '{{}}': /missing value for command/,
  '{{(.kind}}': /unclosed left paren/,
  '{{"\\q"}}': /not a string that Go can read/,
  '{{define "x"}}{{end}}': /"define" is not supported/,
  '{{ # }}': /unexpected "#"/,
  '{{printf "%w" 1}}': /%w is not supported/,
  '{{not}}': /not needs at least 1 arguments/,
}

for (const [template, message] of Object.entries(wrong)) {
  test(`${template} is refused`, () => {
    assert.throws(
      () => renderTemplate(template, data),
      (error: Error) => error instanceof TemplateError && message.test(error.message),
    )
  })
}

test.run()
