/** Strings that would like to be more than a value, and every place of a proxy's state that takes one. */
import type { ProxyState } from '@tricade/cluster';
import fc from 'fast-check';
import { frontend, pool, proxy, states } from './states.ts';

const web = frontend('web', ['203.0.113.10']);
const one = ['192.0.2.31'];
const transparent = { listen: 'transparent' } as const;
/** Every place that takes a string, and harmless values that show the shapes which the file may have. */
export const hostilePlaces: readonly {
  name: string;
  harmless: string[];
  state: (text: string) => ProxyState;
}[] = [
  { name: 'node', harmless: ['x'], state: (node) => ({ ...(states.http as ProxyState), node }) },
  {
    name: 'service',
    harmless: ['x'],
    state: (text) => proxy([frontend(text, ['203.0.113.10'])], [pool('app', one)]),
  },
  {
    name: 'VIP',
    harmless: ['203.0.113.1'],
    state: (text) => proxy([frontend('web', [text])], [pool('app', one)]),
  },
  {
    name: 'VIPless VIP',
    harmless: ['203.0.113.1', '203.0.113.0/24', '2001:db8::/64'],
    state: (text) => proxy([frontend('web', [text], transparent)], [pool('app', one)]),
  },
  {
    name: 'length of a prefix',
    harmless: ['32', '24'],
    state: (text) =>
      proxy([frontend('web', [`203.0.113.0/${text}`], transparent)], [pool('app', one)]),
  },
  {
    name: 'pool',
    harmless: ['x'],
    state: (text) => proxy([{ ...web, pool: text }], [pool(text, one)]),
  },
  {
    name: 'server',
    harmless: ['x'],
    state: (name) =>
      proxy(
        [web],
        [
          {
            ...pool('app', []),
            servers: [{ name, address: '192.0.2.31', port: 80, weight: 100 }],
          },
        ],
      ),
  },
  {
    name: 'address',
    harmless: ['192.0.2.1'],
    state: (text) => proxy([web], [pool('app', [text])]),
  },
  {
    name: 'balance',
    harmless: ['random', 'source'],
    state: (text) => proxy([web], [pool('app', one, { balance: text as 'random' })]),
  },
  {
    name: 'cookie',
    harmless: ['x'],
    state: (name) => proxy([web], [pool('app', one, { stickiness: { kind: 'cookie', name } })]),
  },
];
/** Pieces of what configuration languages are made of. */
export const hostileStrings: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r',
        '\u2028',
        '\0',
        ' ',
        '\t',
        '"',
        "'",
        '\\',
        '#',
        '%[env(PATH)]',
        '$HOME',
        '{{x}}',
        '}',
        ';',
        '@',
        '/',
        ':',
      ),
      fc.constantFrom(
        '\n  bind :1',
        ' backup',
        '\nlisten x',
        '203.0.113.9',
        ':80',
        '2001:db8::1',
        '/24',
        '8',
        'random',
        'w1',
        '-',
        '.',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((pieces) => pieces.join(''));
