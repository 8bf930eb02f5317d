import { describe, expect, test } from 'vitest';
import { expectedKeys, fingerprint, judgeKey, keyType } from './known-hosts.ts';

const blobOf = (name: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from(`ssh-ed25519${name}`)]);
const one = blobOf('one');
const two = blobOf('two');
const line = (hosts: string, blob = one) => `${hosts} ssh-ed25519 ${blob.toString('base64')}`;

describe('expectedKeys', () => {
  const cases: readonly [name: string, text: string, at: [string, number], found: number][] = [
    ['by name', line('h1.example'), ['h1.example', 22], 1],
    ['whatever the case', line('H1.example'), ['h1.example', 22], 1],
    ['one of several', line('h1,192.0.2.1'), ['192.0.2.1', 22], 1],
    ['another port', line('192.0.2.1'), ['192.0.2.1', 2222], 0],
    ['a port of its own', line('[192.0.2.1]:2222'), ['192.0.2.1', 2222], 1],
    ['IPv6 with a port', line('[2001:db8::1]:2222'), ['2001:db8::1', 2222], 1],
    ['a pattern', line('*.example'), ['h1.example', 22], 1],
    ['a dot is a dot', line('h1.example'), ['h1xexample', 22], 0],
    ['an exception', line('*.example,!h1.example'), ['h1.example', 22], 0],
    [
      'hashed',
      line('|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg='),
      ['192.168.1.61', 22],
      1,
    ],
    [
      'hashed, another',
      line('|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg='),
      ['192.0.2.1', 22],
      0,
    ],
    ['a comment', `# ${line('h1')}`, ['h1', 22], 0],
    ['an authority', `@cert-authority ${line('*')}`, ['h1', 22], 0],
    ['half a line', 'h1 ssh-ed25519', ['h1', 22], 0],
  ];
  test.for(cases)('%s', ([, text, [address, port], found]) => {
    expect(expectedKeys({ knownHosts: `\n${text}\n` }, { address, port })).toHaveLength(found);
  });

  test('says where it stands', () => {
    const at = { address: 'h1', port: 22 };
    const [key] = expectedKeys({ knownHosts: `# first\n${line('h1')}` }, at);
    expect(key).toEqual({
      type: 'ssh-ed25519',
      blob: one,
      source: 'known hosts, line 2',
      revoked: false,
    });
  });
});

describe('judgeKey', () => {
  const key = (blob: Buffer, revoked = false) => ({ type: '', blob, source: '', revoked });
  test.for([
    ['the same', [key(one)], 'trusted'],
    ['one of two', [key(two), key(one)], 'trusted'],
    ['another', [key(two)], 'changed'],
    ['none', [], 'unknown'],
    ['revoked', [key(one, true)], 'changed'],
    ['revoked and listed', [key(one), key(one, true)], 'changed'],
    ['another one is revoked', [key(two, true)], 'unknown'],
  ] as const)('%s: %s', ([, expected, want]) => {
    expect(judgeKey([...expected], one)).toBe(want);
  });
});

test('fingerprint and type as ssh-keygen prints them', () => {
  const blob = Buffer.from(
    'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
    'base64',
  );
  expect(fingerprint(blob)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
  expect(keyType(blob)).toBe('ssh-ed25519');
});
