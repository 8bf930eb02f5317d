import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RouterState, type SpeakerState, TricadeError } from '@tricade/cluster';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  announceText,
  fencedText,
  routerBundle,
  routerConfig,
  speakerBundle,
  speakerConfig,
} from './render.ts';
import { routers, speakers } from './testing/states.ts';

const testdata = new URL('testdata/', import.meta.url).pathname;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tricade-bird-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What BIRD says of a configuration whose live file is `live`: '' where it accepts it. */
function judged(text: string, live = ''): string {
  const path = join(folder, 'bird.conf');
  writeFileSync(join(folder, 'live.conf'), live);
  writeFileSync(path, text.replaceAll(/"\/va\[r\][^"]*"/g, `"${folder}/live.conf"`));
  const { status, stderr } = spawnSync('bird', ['-p', '-c', path], { encoding: 'utf8' });
  return status === 0 ? '' : `refused: ${stderr}`;
}

/** What BIRD says of a configuration on a node that has no live files yet. */
function judgedFresh(text: string): string {
  const path = join(folder, 'fresh.conf');
  writeFileSync(path, text.replaceAll('/va[r]/lib/', '/va[r]/lib/absent-'));
  const { status, stderr } = spawnSync('bird', ['-p', '-c', path], { encoding: 'utf8' });
  return status === 0 ? '' : `refused: ${stderr}`;
}

const both = speakers['speaker-two-families'] as SpeakerState;
const wide = routers['router-two-families'] as RouterState;

describe('golden files that BIRD accepts', () => {
  test.for(Object.entries(routers))('%s', async ([name, state]) => {
    const text = routerConfig(state);
    await expect(text).toMatchFileSnapshot(join(testdata, `${name}.conf`));
    expect(judged(text, fencedText({ fenced: ['198.51.100.12', '2001:db8:1::12'] }))).toBe('');
    expect(judgedFresh(text)).toBe('');
  });

  test.for(Object.entries(speakers))('%s', async ([name, state]) => {
    const text = speakerConfig(state);
    await expect(text).toMatchFileSnapshot(join(testdata, `${name}.conf`));
    expect(judged(text)).toBe('');
    expect(judgedFresh(text)).toBe('');
  });

  test('live files', async () => {
    const announcements = { '203.0.113.10/32': 'up', '2001:db8:ffff::10/128': 'drained' } as const;
    const routes = announceText(both, { announcements });
    await expect(routes).toMatchFileSnapshot(join(testdata, 'live-announce.conf'));
    expect(judged(speakerConfig(both), routes)).toBe('');
    const fenced = fencedText({ fenced: ['2001:db8:1::12', '198.51.100.12', '198.51.100.12'] });
    await expect(fenced).toMatchFileSnapshot(join(testdata, 'live-fenced.conf'));
  });

  test('units', async () => {
    for (const [name, bundle] of [
      ['router', routerBundle(wide)],
      ['speaker', speakerBundle(both)],
    ] as const) {
      const file = bundle.files.find(({ path }) => path.endsWith('.service'));
      const text = file && 'text' in file.content ? file.content.text : '';
      await expect(text).toMatchFileSnapshot(join(testdata, `${name}.service`));
    }
  });

  test('a judge that accepts all would show', () => {
    expect(judged(`${routerConfig(wide)}bogus;\n`)).toMatch(/^refused/);
    expect(judged(routerConfig(wide), 'bogus;')).toMatch(/^refused/);
  });
});

describe('what may be announced', () => {
  test.for([
    { name: 'withdrawn is no route', given: { '203.0.113.10/32': 'withdrawn' }, routes: 0 },
    { name: 'a prefix of nobody is left out', given: { '203.0.113.99/32': 'up' }, routes: 0 },
    { name: 'the last resort', given: { '203.0.113.10/32': 'last-resort' }, routes: 1 },
  ] as const)('$name', ({ given, routes }) => {
    const text = announceText(both, { announcements: given });
    expect(text.match(/^ {2}route /gm) ?? []).toHaveLength(routes);
  });
});

/** Hostile or not: rendered so that BIRD accepts it, or refused with a code of ours. */
function harmless(render: () => string, value: string): void {
  let text: string;
  try {
    text = render();
  } catch (error) {
    expect(error).toBeInstanceOf(TricadeError);
    return;
  }
  expect(value).toMatch(/^[A-Za-z0-9_.:@/-]+$/);
  expect(text).not.toMatch(/evil\s*\{/);
}

describe('values that want to be syntax', () => {
  const hostile = ['a"; protocol evil {', "x' {", 'a;b', 'a\nb', '', '{{x}}', 'é', 'a b', '$(x)'];
  test.for(hostile)('%j', (value) => {
    const device = { ...wide, listenRanges: [{ ...wide.listenRanges[0], device: value }] };
    expect(() => routerConfig(device as RouterState)).toThrow(TricadeError);
    const name = { ...both, peers: [{ ...both.peers[0], name: value }] };
    expect(() => speakerConfig(name as SpeakerState)).toThrow(TricadeError);
    expect(() => routerConfig({ ...wide, vipPrefixes: [value] })).toThrow(TricadeError);
    expect(() => fencedText({ fenced: [value] })).toThrow(TricadeError);
    expect(() => announceText(both, { announcements: { [value]: 'up' } })).toThrow(TricadeError);
  });

  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const peers = [{ ...both.peers[0], name: value }];
        harmless(() => speakerConfig({ ...both, peers } as SpeakerState), value);
      }),
    );
  });
});
