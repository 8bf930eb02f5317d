import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProxyState } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostilePlaces, hostileStrings } from '../testing/hostile.ts';
import { frontend, manyServices, pool, proxy, states } from '../testing/states.ts';
import { renderProxy } from './render.ts';

const { tcp: _, ...httpStates } = states;
const testdata = new URL('testdata/', import.meta.url).pathname;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tricade-nginx-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function textOf(state: ProxyState, ending = '.conf'): string {
  const found = renderProxy(state).files.find(({ path }) => path.endsWith(ending));
  return found && 'text' in found.content ? found.content.text : '';
}

/**
 * What the real program says of a bundle, asked by the bundle's own check: '' where it accepts it without a word. Its users are those of a machine
 * whose root is nobody: workers are root there.
 */
function judged(state: ProxyState, more = ''): string {
  for (const { path, content } of renderProxy(state).files) {
    if (!('text' in content)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const text = content.text.replace(/^user www-data;$/m, 'user root;');
    writeFileSync(join(folder, path), path.endsWith('.conf') ? text + more : text);
  }
  const [check = ''] = renderProxy(state).checks;
  const script = `mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/lib/nginx && ${check}`;
  const { status, stdout, stderr } = spawnSync('unshare', ['-Urmn', 'sh', '-ec', script], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, STAGE: folder },
  });
  return status === 0 ? `${stdout}${stderr}` : `refused\n${stdout}${stderr}`;
}

describe('a rendered proxy', () => {
  test.for(Object.entries(httpStates))(
    '%s: golden, and nginx accepts it',
    async ([name, state]) => {
      await expect(textOf(state)).toMatchFileSnapshot(join(testdata, `${name}.conf`));
      await expect(textOf(state, '/pools')).toMatchFileSnapshot(join(testdata, `${name}.pools`));
      expect(judged(state)).toBe('');
    },
  );

  test('the unit is golden', async () => {
    await expect(textOf(states['http'] as ProxyState, '.service')).toMatchFileSnapshot(
      join(testdata, 'tricade-nginx.service'),
    );
  });

  test('a judge that accepts all would show', () => {
    expect(judged(states['http'] as ProxyState, 'bogus on;\n')).toMatch(
      /^refused\n.*unknown directive "bogus"/,
    );
  });

  test('10,000 services', { timeout: 60_000 }, () => {
    const many = manyServices(10_000);
    expect(textOf(many).match(/^ {4}listen /gm)).toHaveLength(10_002);
    expect(textOf(many, '/pools').match(/^server /gm)).toHaveLength(30_000);
  });
});

describe('what cannot be written is refused', () => {
  const web = frontend('web', ['203.0.113.10']);
  const app = pool('app', ['192.0.2.31']);
  const cases: { name: string; state: ProxyState; want: string }[] = [
    {
      name: 'TCP',
      state: proxy([{ ...web, protocol: 'tcp' }], [{ ...app, protocol: 'tcp' }]),
      want: 'TRI-H001',
    },
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
      name: 'two directives',
      state: proxy([{ ...web, service: 'web; listen 1' }], [app]),
      want: 'TRI-H002',
    },
    {
      name: 'a name as address',
      state: proxy([web], [pool('app', ['localhost'])]),
      want: 'TRI-H002',
    },
    {
      name: 'one place twice',
      state: proxy([web, { ...web, service: 'other' }], [app]),
      want: 'TRI-H003',
    },
    { name: 'no such pool', state: proxy([{ ...web, pool: 'gone' }], [app]), want: 'TRI-H004' },
  ];
  test.for(cases)('$name', ({ state, want }) => {
    expect(codeOf(() => renderProxy(state))).toBe(want);
  });
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return error instanceof TricadeError ? error.code : String(error);
  }
  return undefined;
}

describe('hostile strings', () => {
  /**
   * How many directives a configuration has, first word and number of words of each line of each file: what a value must not change. Lines of `geo`
   * begin with their value.
   */
  const shape = (state: ProxyState) => {
    const texts = ['.conf', '/pools', '.service'].map((ending) => textOf(state, ending));
    const directives = texts[0]?.match(/[;{}]/g)?.length;
    const lines = texts.flatMap((text) => text.split('\n').map((line) => line.trim().split(/\s+/)));
    const shapes = lines.map(([first = '', ...rest]) => [
      /^[0-9a-f:.]+\/\d+$/.test(first) ? 'prefix' : first,
      rest.length,
    ]);
    return `${directives}\n${shapes.join('\n')}`;
  };

  test.for(hostilePlaces)('$name: refused, or no directive more', ({ harmless, state }) => {
    const shapes = harmless.map((text) => shape(state(text)));
    let refused = 0;
    const runs = 500;
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
    const [http, vipless] = [states['http'] as ProxyState, states['vipless'] as ProxyState];
    expect(shape(http)).not.toBe(shape(vipless));
  });
});
