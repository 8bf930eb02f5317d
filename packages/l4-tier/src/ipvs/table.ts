/** The kernel's table of services and reals: what is wanted, what `ipvsadm --save` says, and the smallest change between them. Pure. */
import { createHash } from 'node:crypto';
import {
  currentOf,
  type DirectorLive,
  type DirectorState,
  duties,
  type RealLive,
  sameFamily,
} from '@tricade/cluster';
import { endpoint } from './names.ts';
import { type Method, type VirtualService, virtualServices } from './services.ts';

/** A real in a service. */
export interface Destination {
  /** Method, and whatever else of it is not as by default. */
  readonly method: string;
  /** 0: keeps its flows and gets no new ones. */
  readonly weight: number;
  /** Weight while it takes new flows. Only of what is wanted. */
  readonly share?: number;
}

export interface Service {
  readonly options: string;
  /** Address and port → real, in the order in which they are to be added. */
  readonly reals: ReadonlyMap<string, Destination>;
}

/** Key (`-t 203.0.113.10:80`) → service. */
export type IpvsTable = ReadonlyMap<string, Service>;

const defaultWeight = 100;

/** Address and port of a real in a service; undefined: it has no address that the mode can use. */
export function destinationOf(
  { family, method, port, group }: VirtualService,
  name: string,
): string | undefined {
  const real = group.reals.find((candidate) => candidate.name === name);
  if (real === undefined) return undefined;
  const like = family === 4 ? '0.0.0.0' : '::';
  // Only a tunnel may be of another family than what goes through it.
  const address =
    sameFamily(real.addresses, like) ?? (method === '-i' ? real.addresses[0] : undefined);
  return address === undefined ? undefined : endpoint(address, port);
}

/**
 * Who takes new flows is the conductor's word, and stands in the rows: whoever is current in any. What else of the generation is not dead keeps
 * its flows with weight 0, unless it is out and down.
 */
function weightOf(
  real: RealLive,
  { taking, share }: { taking: ReadonlySet<number>; share: number },
): number | undefined {
  if (taking.has(real.id)) return share;
  if (real.dead || !duties[real.admin][real.health].keepsOldFlows) return undefined;
  return 0;
}

function takingOf(rows: Uint32Array): ReadonlySet<number> {
  const taking = new Set<number>();
  for (const word of rows) taking.add(currentOf(word));
  return taking;
}

/** Services whose group has a table, with the reals that the live state gives them. Throws TRI-D01, TRI-D30. */
export function wantedTable(state: DirectorState, live: DirectorLive): IpvsTable {
  const taking = new Map(
    Object.entries(live.tables).map(([group, { rows }]) => [group, takingOf(rows)]),
  );
  const table = new Map<string, Service>();
  for (const service of virtualServices(state)) {
    const one = live.tables[service.group.group];
    const takes = taking.get(service.group.group);
    if (one === undefined || takes === undefined) continue;
    const reals = new Map<string, Destination>();
    for (const real of [...one.reals].sort((a, b) => a.id - b.id)) {
      const { weight: share = defaultWeight } =
        service.group.reals.find(({ id }) => id === real.id) ?? {};
      const destination = destinationOf(service, real.name);
      const weight = weightOf(real, { taking: takes, share });
      if (destination === undefined || weight === undefined) continue;
      reals.set(destination, { method: service.method, weight, share });
    }
    table.set(service.key, { options: service.options, reals });
  }
  return table;
}

/** Words that `ipvsadm --save` adds to a real of a method: what a tunnel is by default. */
const impliedWords: Readonly<Record<Method, string>> = {
  '-m': '',
  '-g': '',
  '-i': ' --tun-type ipip',
};

/** Output of `ipvsadm --save --numeric`. Whatever is not of our making in a line stays in its words, so that it differs from what is wanted. */
export function parseTable(saved: string): IpvsTable {
  const table = new Map<string, { options: string; reals: Map<string, Destination> }>();
  for (const line of saved.split('\n')) {
    const [, verb, key = '', rest = ''] =
      /^(-A|-a) (-[tuf] \S+(?: -6)?)(?: (.*))?$/.exec(line.trim()) ?? [];
    if (verb === '-A') table.set(key, { options: sortedFlags(rest), reals: new Map() });
    if (verb !== '-a') continue;
    const [, address = '', method = '', weight = '', more = ''] =
      /^-r (\S+) (-[mgi]) -w (\d+)(.*)$/.exec(rest) ?? [];
    const extra = more === impliedWords[method as Method] ? '' : more;
    table.get(key)?.reals.set(address, { method: `${method}${extra}`, weight: Number(weight) });
  }
  return table;
}

/** Flags of a scheduler come in the kernel's order, ours in that of the alphabet. */
function sortedFlags(options: string): string {
  return options
    .trim()
    .replace(/-b (\S+)/, (_, flags: string) => `-b ${flags.split(',').sort().join(',')}`);
}

/** What of a table is ours: the services that `want` names. */
export function limited(have: IpvsTable, want: IpvsTable): IpvsTable {
  return new Map([...have].filter(([key]) => want.has(key)));
}

/** SHA-256 (hex) over services and reals, whatever order they came in. */
export function tableDigest(table: IpvsTable): string {
  const lines = [...table].flatMap(([key, { options, reals }]) => [
    `${key} ${options}`,
    ...[...reals].map(([real, { method, weight }]) => `${key} -r ${real} ${method} ${weight}`),
  ]);
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** What `steer` returns once the kernel holds `live`, and nothing else in our services. */
export function ipvsDigest(state: DirectorState, live: DirectorLive): string {
  return tableDigest(wantedTable(state, live));
}

/** The services of a table that a change speaks of, as lines for `ipvsadm --restore`. */
export function tableLines(table: IpvsTable): readonly string[] {
  return [...table].flatMap(([key, { options, reals }]) => [
    `-A ${key} ${options}`,
    ...[...reals].map(
      ([real, { method, weight }]) => `-a ${key} -r ${real} ${method} -w ${weight}`,
    ),
  ]);
}

/**
 * Lines for `ipvsadm --restore` that turn `have` into `want`; none where nothing differs. Each line is one message to the kernel and one moment
 * there; together they are none. So their order makes every state between them a good one: services, then whoever comes or gets more, then
 * whoever gets less, then whoever goes. Services that are not wanted are nobody's here: the generation takes them away.
 */
export function changeLines(have: IpvsTable, want: IpvsTable): readonly string[] {
  const services: string[] = [];
  const more: string[] = [];
  const less: string[] = [];
  const gone: string[] = [];
  for (const [key, { options, reals }] of want) {
    const old = have.get(key);
    if (old === undefined) services.push(`-A ${key} ${options}`);
    else if (old.options !== options) services.push(`-E ${key} ${options}`);
    for (const [real, wanted] of reals) {
      const line = (verb: string, weight: number) =>
        `${verb} ${key} -r ${real} ${wanted.method} -w ${weight}`;
      const held = old?.reals.get(real);
      if (held === undefined) {
        // The Maglev table of a new service is filled as on directors that saw this real take flows before.
        const first = old === undefined ? (wanted.share ?? wanted.weight) : wanted.weight;
        more.push(line('-a', first));
        if (first !== wanted.weight) less.push(line('-e', wanted.weight));
      } else if (held.weight !== wanted.weight || held.method !== wanted.method) {
        (wanted.weight < held.weight ? less : more).push(line('-e', wanted.weight));
      }
    }
    for (const real of old?.reals.keys() ?? []) {
      if (!reals.has(real)) gone.push(`-d ${key} -r ${real}`);
    }
  }
  return [...services, ...more, ...less, ...gone];
}
