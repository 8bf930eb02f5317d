/** Faults of the text: what is no YAML, or YAML that cluster files do not use. */
export interface FaultCase {
  readonly name: string;
  /** A whole text, or replacements in `base.yaml`. */
  readonly given: string | readonly (readonly [from: string, to: string])[];
  readonly want: readonly string[];
}

export const textFaults: readonly FaultCase[] = [
  { name: 'empty', given: '', want: ["c.yaml:1:1 TRI-C007 the file is empty"] },
  { name: 'only a comment', given: '# later\n', want: ["c.yaml:1:1 TRI-C007 the file is empty"] },
  { name: 'a list', given: '- version: 1\n', want: ["c.yaml:1:1 TRI-C013 \"the file\" takes a mapping with version, cluster, networks, routers, l4, l7, pools, services, monitor, state, ssh, rollout; found a list of 1"] },
  { name: 'byte order mark', given: [['version', '\ufeffversion']], want: ["c.yaml:1:1 TRI-C002 the file begins with a byte order mark (U+FEFF)"] },
  { name: 'bytes that are not UTF-8', given: [['cluster: base', 'cluster: b\ufffdse']], want: ["c.yaml:2:11 TRI-C002 here are bytes that are not UTF-8"] },
  { name: 'a half surrogate', given: [['cluster: base', 'cluster: b\ud800se']], want: ["c.yaml:2:11 TRI-C002 here are bytes that are not UTF-8"] },
  { name: 'a bell', given: [['cluster: base', 'cluster: b\u0007se']], want: ["c.yaml:2:11 TRI-C003 control character U+0007"] },
  { name: 'a bidirectional override in a comment', given: [['cluster: base', 'cluster: base # \u202e']], want: ["c.yaml:2:17 TRI-C003 control character U+202E"] },
  { name: 'a return without a newline', given: [['cluster: base', 'cluster: base\rssh: {}']], want: ["c.yaml:2:14 TRI-C003 control character U+000D"] },
  { name: 'an escaped bell', given: [['http: /healthz', 'http: "/\\u0007"']], want: ["c.yaml:23:20 TRI-C003 a control character or a line break in a value"] },
  { name: 'an escaped newline', given: [['http: /healthz', 'http: "/\\nserver x"']], want: ["c.yaml:23:20 TRI-C003 a control character or a line break in a value"] },
  { name: 'a block of lines', given: [['cluster: base', 'cluster: |\n  base\n  other']], want: ["c.yaml:2:10 TRI-C003 a control character or a line break in a value"] },
  { name: 'a control character in a key', given: [['driver: bird', '"dri\\u0007ver": bird']], want: ["c.yaml:8:3 TRI-C010 a control character or a line break in a key is not part of cluster files"] },
  { name: 'tabs', given: [['  driver: bird', '\tdriver: bird']], want: ["c.yaml:8:1 TRI-C004 a tab; YAML indents with spaces"] },
  { name: 'a tab in a comment is fine', given: [['driver: bird', 'driver: bird #\tx']], want: [] },
  { name: 'Windows line ends are fine', given: [['cluster: base\n', 'cluster: base\r\n']], want: [] },
  { name: 'a bracket that is not closed', given: [['cidr: 192.0.2.0/24 }', 'cidr: 192.0.2.0/24']], want: ["c.yaml:5:3 TRI-C005 not valid YAML: flow map in block collection must be sufficiently indented and end with a }"] },
  { name: 'bad indentation', given: [['  driver: bird', '   driver: bird']], want: ["c.yaml:9:1 TRI-C005 not valid YAML: all mapping items must start at the same column"] },
  { name: 'nested too deep', given: `a: ${'['.repeat(40)}${']'.repeat(40)}\n`, want: ["c.yaml:1:37 TRI-C006 mappings and lists nest more than 32 levels deep"] },
  { name: 'two documents', given: [['monitor:\n', '---\nmonitor:\n']], want: ["c.yaml:40:1 TRI-C007 a second document starts here"] },
  { name: 'a key twice', given: [['  driver: bird', '  driver: bird\n  driver: frr']], want: ["c.yaml:9:3 TRI-C008 key \"driver\" stands here twice (first at 8:3)"] },
  { name: 'a node twice', given: [['    l4b: {', '    l4a: {']], want: ["c.yaml:16:5 TRI-C008 key \"l4a\" stands here twice (first at 15:5)"] },
  { name: 'an alias that names nothing', given: [['http: /healthz', 'http: *path']], want: ["c.yaml:23:20 TRI-C009 alias *path names no anchor above"] },
  { name: 'an alias inside its own anchor', given: [['state: { redis: managed }', 'state: &s { redis: *s }']], want: ["c.yaml:43:20 TRI-C009 alias *s names no anchor above"] },
  {
    name: 'aliases that make too much',
    given: `a: &a [${'x,'.repeat(9)}x]\n${[...'bcdefgh'].map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(9)}*${'abcdefgh'[at]}]\n`).join('')}`,
    want: ["c.yaml:1:1 TRI-C009 written out, its aliases make 123456789 values; 1000000 are the most"],
  },
  {
    name: 'anchors within bounds are fine',
    given: [
      ['check: { http: /healthz }', 'check: &std { tcp: true }'],
      ['check: { dns: example.net }', 'check: *std'],
    ],
    want: [],
  },
  { name: 'a tag', given: [['cluster: base', 'cluster: !!str base']], want: ["c.yaml:2:16 TRI-C010 the tag tag:yaml.org,2002:str is not part of cluster files"] },
  { name: 'a custom tag', given: [['cluster: base', 'cluster: !env NAME']], want: ["c.yaml:2:10 TRI-C010 tags are not part of cluster files: unresolved tag: !env"] },
  { name: 'a merge key', given: [['check: { http: /healthz }', 'check: { <<: { http: /x } }']], want: ["c.yaml:23:14 TRI-C010 the merge key << is not part of cluster files"] },
  { name: 'a composed key', given: [['state: { redis: managed }', 'state: { [a, b]: managed }']], want: ["c.yaml:43:10 TRI-C010 a key that is no plain word is not part of cluster files"] },
  { name: '__proto__', given: [['state: { redis: managed }', 'state: { __proto__: managed }']], want: ["c.yaml:43:10 TRI-C010 the key __proto__ is not part of cluster files"] },
  { name: 'a private key', given: [['state:', 'ssh:\n  key: |\n    -----BEGIN PRIVATE KEY-----\n    MIIE\nstate:']], want: ["c.yaml:45:5 TRI-C021 a key or certificate stands in the file itself"] },
];
