import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProxyState } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostilePlaces, hostileStrings } from '../testing/hostile.ts';
import { frontend, manyServices, pool, proxy, states } from '../testing/states.ts';
import { renderProxy } from './render.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tricade-haproxy-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function textOf(state: ProxyState, ending = '.cfg'): string {
  const found = renderProxy(state).files.find(({ path }) => path.endsWith(ending));
  return found && 'text' in found.content ? found.content.text : '';
}

/** What the real program says of a configuration: '' where it accepts it without a word. */
function judged(text: string): string {
  const path = join(folder, 'haproxy.cfg');
  writeFileSync(path, text);
  const { status, stdout, stderr } = spawnSync('haproxy', ['-c', '-f', path], { encoding: 'utf8' });
  const said = `${stdout}${stderr}`
    .split('\n')
    .filter((line) => /ALERT|WARNING/.test(line) && !/server state file/.test(line));
  return status === 0 ? said.join('\n') : `refused\n${said.join('\n')}`;
}

describe('a rendered proxy', () => {
  test.for(Object.entries(states))('%s: golden, and haproxy accepts it', async ([name, state]) => {
    const text = textOf(state);
    await expect(text).toMatchFileSnapshot(join(testdata, `${name}.cfg`));
    expect(judged(text)).toBe('');
  });

  test('the unit is golden', async () => {
    await expect(textOf(states.http as ProxyState, '.service')).toMatchFileSnapshot(
      join(testdata, 'tricade-proxy.service'),
    );
  });

  test('a judge that accepts all would show', () => {
    expect(judged(`${textOf(states.http as ProxyState)}bogus\n`)).toMatch(/^refused/);
  });

  test('10,000 services', { timeout: 60_000 }, () => {
    expect(textOf(manyServices(10_000)).match(/^ {2}server /gm)).toHaveLength(30_001);
  });
});

describe('what cannot be written is refused', () => {
  const web = frontend('web', ['203.0.113.10']);
  const app = pool('app', ['192.0.2.31']);
  const server = (more: object) => ({
    ...app,
    servers: [{ name: 'w1', address: '192.0.2.31', port: 80, weight: 100, ...more }],
  });
  const cases: { name: string; state: ProxyState; want: string }[] = [
    {
      name: 'transparent mode',
      state: proxy([{ ...web, mode: 'transparent-proxy' }], [app]),
      want: 'TRI-H001',
    },
    {
      name: 'TLS',
      state: proxy([{ ...web, tls: { certificate: 'file:a.pem' } }], [app]),
      want: 'TRI-H001',
    },
    {
      name: 'two lines',
      state: proxy([{ ...web, service: 'web\nbind :1' }], [app]),
      want: 'TRI-H002',
    },
    {
      name: 'the name of the proxy itself',
      state: proxy([web], [app, pool('_proxy', [])]),
      want: 'TRI-H002',
    },
    {
      name: 'a name as address',
      state: proxy([web], [server({ address: 'localhost' })]),
      want: 'TRI-H002',
    },
    {
      name: 'a zone',
      state: proxy([web], [server({ address: 'fe80::1%eth0' })]),
      want: 'TRI-H002',
    },
    {
      name: 'a socket as address',
      state: proxy([web], [server({ address: 'unix@/run/x' })]),
      want: 'TRI-H002',
    },
    { name: 'port 0', state: proxy([web], [server({ port: 0 })]), want: 'TRI-H002' },
    { name: 'half a port', state: proxy([web], [server({ port: 80.5 })]), want: 'TRI-H002' },
    { name: 'weight 257', state: proxy([web], [server({ weight: 257 })]), want: 'TRI-H002' },
    { name: 'a pool twice', state: proxy([web], [app, app]), want: 'TRI-H002' },
    {
      name: 'a server twice',
      state: proxy([web], [{ ...app, servers: [...app.servers, ...app.servers] }]),
      want: 'TRI-H002',
    },
    {
      name: 'a cookie with TCP',
      state: proxy(
        [{ ...web, protocol: 'tcp' }],
        [{ ...app, protocol: 'tcp', stickiness: { kind: 'cookie', name: 'a' } }],
      ),
      want: 'TRI-H002',
    },
    {
      name: 'a prefix that is not VIPless',
      state: proxy([frontend('web', ['203.0.113.0/24'])], [app]),
      want: 'TRI-H002',
    },
    {
      name: 'a prefix too long',
      state: proxy([frontend('web', ['203.0.113.0/33'], { listen: 'transparent' })], [app]),
      want: 'TRI-H002',
    },
    {
      name: 'one place twice',
      state: proxy([web, { ...web, service: 'other' }], [app]),
      want: 'TRI-H003',
    },
    {
      name: 'two prefixes on one port',
      state: proxy(
        ['198.51.100.0/24', '203.0.113.0/24'].map((vip, at) =>
          frontend(`s${at}`, [vip], { listen: 'transparent' }),
        ),
        [app],
      ),
      want: 'TRI-H003',
    },
    {
      name: 'the health port',
      state: { ...proxy([web], [app]), health: { addresses: ['203.0.113.10'], port: 80 } },
      want: 'TRI-H003',
    },
    { name: 'no such pool', state: proxy([{ ...web, pool: 'gone' }], [app]), want: 'TRI-H004' },
    {
      name: 'another protocol',
      state: proxy([web], [{ ...app, protocol: 'tcp' }]),
      want: 'TRI-H004',
    },
  ];
  test.for(cases)('$name', ({ state, want }) => {
    let code: string | undefined;
    try {
      renderProxy(state);
    } catch (error) {
      code = error instanceof TricadeError ? error.code : String(error);
    }
    expect(code).toBe(want);
  });
});

describe('hostile strings', () => {
  /** First word and number of words of each line: what a value must not change. */
  const shape = (state: ProxyState) =>
    textOf(state)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .map((words) => `${words[0]}×${words.length}`)
      .join('\n');

  test.for(hostilePlaces)('$name: refused, or no directive more', ({ harmless, state }) => {
    const shapes = harmless.map((text) => shape(state(text)));
    let refused = 0;
    const runs = 1_500;
    fc.assert(
      fc.property(hostileStrings, (text) => {
        try {
          expect(shapes).toContain(shape(state(text)));
        } catch (error) {
          if (!(error instanceof TricadeError)) throw error;
          refused += 1;
        }
      }),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(runs / 2);
  });

  test('a value that slips through would show', () => {
    expect(shape(states.http as ProxyState)).not.toBe(shape(states.cookie as ProxyState));
  });
});
