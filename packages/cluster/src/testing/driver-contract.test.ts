/** The contract on a driver that keeps it, and each promise broken once. */
import { describe, expect, test } from 'vitest';
import type { Driver, FileWrite, Host } from '../driver.ts';
import type { Bundle } from '../model/plan.ts';
import type { DriverCase, Ground } from './driver-case.ts';
import { driverContract } from './driver-contract.ts';
import {
  activeFaults,
  installTwiceFaults,
  refusalFaults,
  replaceFaults,
} from './install-promises.ts';
import { bundleFaults, removalFaults } from './render-promises.ts';
import { sampleFaults, steerFaults, steerOnlyLiveFaults } from './steer-promises.ts';

type State = { readonly members: readonly string[] };
type Live = { readonly off: readonly string[] };
type Toy = Driver<State, Live>;

const path = '/etc/tricade/toy.conf';
const livePath = '/var/lib/tricade/live/toy';

const toy: Toy = {
  name: 'toy',
  role: 'proxy',
  can: {
    modes: [],
    protocols: [],
    ipv6: true,
    transparentListening: false,
    weights: false,
    drain: true,
    hitlessReload: true,
    resilientEcmp: false,
    tls: false,
  },
  render: ({ members }) => ({
    role: 'proxy',
    packages: [],
    files: [
      {
        path,
        mode: 0o644,
        content: { text: `${members.map((name) => `member ${name}`).join('\n')}\n` },
      },
    ],
    sysctls: {},
    checks: [],
    units: [],
    activate: [],
    hitless: true,
  }),
  observe: async (host) => ({ running: (await textOf(host, path)) !== '', notes: [] }),
  steer: async (host, { members }, { off }) => {
    const text = members.map((name) => `${name} ${off.includes(name) ? 'off' : 'on'}`).join();
    await host.write([{ path: livePath, mode: 0o644, content: text }]);
    return textOf(host, livePath);
  },
  sample: async () => ({ atMs: 1, ownedSockets: 0 }),
  liveDigest: ({ members }, { off }) =>
    members.map((name) => `${name} ${off.includes(name) ? 'off' : 'on'}`).join(),
};

async function textOf(host: Host, at: string): Promise<string> {
  const content = await host.read(at);
  return content ? new TextDecoder().decode(content) : '';
}

/** A machine of files alone; a bundle's checks fail where one is `exit 1`. */
async function toyGround(): Promise<Ground> {
  const disk = new Map<string, string | Uint8Array>();
  const never = () => Promise.reject(new Error('not on this host'));
  const write = async (files: readonly FileWrite[]) => {
    for (const file of files) disk.set(file.path, file.content);
  };
  const host: Host = {
    name: 'toy',
    run: never,
    connect: never,
    read: async (at) => {
      const content = disk.get(at);
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    write,
    remove: async (paths) => paths.forEach((at) => void disk.delete(at)),
    close: async () => {},
  };
  const install = async (on: Host, bundle: Bundle) => {
    if (bundle.checks.includes('exit 1')) throw new Error('refused');
    await on.write(
      bundle.files.flatMap(({ content, ...file }) =>
        'text' in content ? [{ ...file, content: content.text }] : [],
      ),
    );
  };
  const files = async () => {
    const texts = await Promise.all(
      [...disk.keys()].map(async (at) => [at, await textOf(host, at)]),
    );
    return Object.fromEntries(texts);
  };
  return { host, install, files, close: async () => {} };
}

const given: DriverCase<State, Live> = {
  name: 'three members',
  state: { members: ['a1', 'b1', 'c1'] },
  live: { off: [] },
  changed: { off: ['b1'] },
  without: { state: { members: ['a1', 'c1'] }, live: { off: [] }, words: ['b1'] },
};

driverContract(toy, [given], toyGround);

const rendering = (text: (state: State) => string, more: Partial<Bundle> = {}, at = path): Toy => ({
  ...toy,
  render: (state) => ({
    ...toy.render(state),
    files: [{ path: at, mode: 0o644, content: { text: text(state) } }],
    ...more,
  }),
});
let calls = 0;

describe('render: each fault shows', () => {
  const faults: [string, Toy, RegExp][] = [
    ['not deterministic', rendering(() => String(calls++)), /two bundles/],
    [
      'changes the state',
      rendering((state) => String((state as { members: string[] }).members.push('d'))),
      /changes the state/,
    ],
    ['a relative path', rendering(String, {}, 'etc/x'), /absolute/],
    ['a path that climbs', rendering(String, {}, '/etc/../x'), /absolute/],
    ['a live path', rendering(String, {}, livePath), /live path/],
    ['another role', rendering(String, { role: 'router' }), /role router/],
    [
      'an open secret',
      rendering(String, { files: [{ path, mode: 0o644, content: { secret: 'env:X' } }] }),
      /secret/,
    ],
    [
      'one path twice',
      rendering(String, {
        files: [toy.render(given.state).files, toy.render(given.state).files].flat(),
      }),
      /twice/,
    ],
  ];
  test.for(faults)('%s', ([, driver, want]) => {
    expect(bundleFaults(driver, structuredClone(given.state)).join()).toMatch(want);
  });

  const removals: [string, Toy, RegExp][] = [
    [
      'the member stays',
      rendering(({ members }) => `${members.length < 3 ? 'b1' : 'b1\nb1 more'}`),
      /still names/,
    ],
    [
      'another goes too',
      rendering(({ members }) => (members.length < 3 ? '' : 'a1\nb1')),
      /not the member's/,
    ],
    ['something comes', rendering(({ members }) => (members.length < 3 ? 'new' : 'b1')), /comes/],
    ['nothing goes', rendering(() => 'same'), /nothing goes/],
    [
      'a script changes',
      {
        ...toy,
        render: (state) => ({ ...toy.render(state), activate: [String(state.members.length)] }),
      },
      /comes: activate/,
    ],
  ];
  test.for(removals)('%s', ([, driver, want]) => {
    expect(removalFaults(driver, given).join('\n')).toMatch(want);
  });
});

describe('on a machine: each fault shows', () => {
  let counter = 0;
  const seeing = (more: object): Toy => ({
    ...toy,
    observe: async (host, state) => ({ ...(await toy.observe(host, state)), ...more }),
  });
  const steering = (answer: (live: Live) => string, at = livePath, content = () => 'x'): Toy => ({
    ...toy,
    steer: async (host, _state, live) => {
      await host.write([{ path: at, mode: 0o644, content: content() }]);
      return answer(live);
    },
  });
  const faults: [string, Toy, (driver: Toy, ground: Ground) => Promise<string[]>, RegExp][] = [
    [
      'always runs',
      seeing({ running: true }),
      (d, g) => activeFaults(d, given, g),
      /before it is installed/,
    ],
    ['never runs', seeing({ running: false }), (d, g) => activeFaults(d, given, g), /does not run/],
    [
      'another file each time',
      rendering(() => String(counter++)),
      (d, g) => installTwiceFaults(d, given, g),
      /second install/,
    ],
    ['no answer', steering(() => ''), (d, g) => steerFaults(d, given, g), /no answer/],
    [
      'another answer each time',
      steering(() => String(counter++)),
      (d, g) => steerFaults(d, given, g),
      /second time/,
    ],
    [
      'always one answer',
      steering(() => 'x'),
      (d, g) => steerFaults(d, given, g),
      /the same answer/,
    ],
    [
      'steer writes elsewhere',
      steering(String, path, () => String(counter++)),
      (d, g) => steerOnlyLiveFaults(d, given, g),
      /toy.conf differs after steer/,
    ],
    [
      'steer never settles',
      steering(String, livePath, () => String(counter++)),
      (d, g) => steerOnlyLiveFaults(d, given, g),
      /same steer again/,
    ],
    [
      'a sample without a time',
      { ...toy, sample: async () => ({ atMs: 0 }) },
      (d, g) => sampleFaults(d, given, g),
      /without a time/,
    ],
    [
      'half a socket',
      { ...toy, sample: async () => ({ atMs: 1, ownedSockets: 0.5 }) },
      (d, g) => sampleFaults(d, given, g),
      /count 0.5/,
    ],
    [
      'a faulty bundle passes',
      toy,
      (d, g) => refusalFaults(d, { ...given, spoil: (bundle) => bundle }, g),
      /is installed/,
    ],
    [
      'a generation brings live state',
      rendering(String, {}, livePath),
      (d, g) => replaceFaults(d, given, g),
      /live\/toy differs/,
    ],
  ];
  test.for(faults)('%s', async ([, driver, judge, want]) => {
    const ground = await toyGround();
    expect((await judge(driver, ground)).join('\n')).toMatch(want);
  });
});
