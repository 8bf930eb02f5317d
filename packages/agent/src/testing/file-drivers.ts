/** Drivers whose data plane is files of a host in memory: they write, read back, and answer with what they read. Faults are set by tests. */
import type {
  Bundle,
  Capabilities,
  DirectorLive,
  Host,
  RoleName,
  Sample,
  SpeakerLive,
} from '@tricade/cluster';
import type { AgentDrivers, AnyDriver } from '../steering.ts';

const can: Capabilities = {
  modes: [],
  protocols: [],
  ipv6: true,
  transparentListening: true,
  weights: true,
  drain: true,
  hitlessReload: true,
  resilientEcmp: false,
  tls: true,
};

/** What a data plane of a test does wrong. */
export interface Faults {
  /** Roles whose driver throws. */
  readonly broken: Set<RoleName>;
  /** Roles whose data plane keeps what it has, whatever is written. */
  readonly deaf: Set<RoleName>;
  /** Before each call; a test holds it back with a promise. */
  hold(role: RoleName): Promise<void> | void;
}

export interface FileDrivers {
  readonly drivers: AgentDrivers;
  readonly faults: Faults;
  /** Roles steered, in order. */
  readonly steered: RoleName[];
  /** Samples taken, of all roles. */
  sampled: number;
  /** Next hops that the router's FIB holds. */
  nextHops: readonly string[];
}

export const livePath = (role: RoleName): string => `/var/lib/tricade/live/${role}.json`;

/** Live state as it lies in the data plane. */
export function inForce(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

function encode(live: unknown): string {
  return JSON.stringify(live, (_key, value: unknown) =>
    value instanceof Uint32Array ? [...value] : value,
  );
}

export function fileDrivers(): FileDrivers {
  const steered: RoleName[] = [];
  const faults: Faults = { broken: new Set(), deaf: new Set(), hold: () => undefined };
  const all: Pick<FileDrivers, 'sampled' | 'nextHops'> = { sampled: 0, nextHops: [] };
  const read = async (host: Host, role: RoleName): Promise<string> =>
    new TextDecoder().decode((await host.read(livePath(role))) ?? new Uint8Array());
  const driver = (role: RoleName): AnyDriver => ({
    name: 'files',
    role,
    can,
    render: (): Bundle => ({
      role,
      packages: [],
      files: [],
      sysctls: {},
      checks: [],
      units: [],
      activate: [],
      hitless: true,
    }),
    observe: async (host) => ({
      running: (await host.read(livePath(role))) !== undefined,
      notes: [],
    }),
    steer: async (host, _state, live: unknown) => {
      steered.push(role);
      await faults.hold(role);
      if (faults.broken.has(role)) throw new Error(`the ${role} data plane is broken`);
      if (!faults.deaf.has(role))
        await host.write([{ path: livePath(role), content: encode(live), mode: 0o600 }]);
      return read(host, role);
    },
    sample: async (host): Promise<Sample> => {
      all.sampled += 1;
      return { atMs: 0, ...sampleOf(role, await read(host, role), all.nextHops) };
    },
    liveDigest: (_state, live: unknown) => encode(live),
  });
  const roles = ['router', 'speaker', 'director', 'receiver', 'proxy'] as const;
  const drivers = Object.fromEntries(roles.map((role) => [role, driver(role)])) as AgentDrivers;
  return Object.assign(all, { drivers, faults, steered });
}

function sampleOf(role: RoleName, text: string, nextHops: readonly string[]): Partial<Sample> {
  if (role === 'router') return { nextHops: { '203.0.113.10/32': nextHops } };
  if (text === '') return {};
  if (role === 'director')
    return { counters: { tables: Object.keys((JSON.parse(text) as DirectorLive).tables).length } };
  if (role !== 'speaker') return {};
  const { announcements } = JSON.parse(text) as SpeakerLive;
  return {
    announcing: Object.keys(announcements).filter(
      (prefix) => announcements[prefix] !== 'withdrawn',
    ),
  };
}
