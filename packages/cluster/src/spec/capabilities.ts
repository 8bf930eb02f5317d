/** What the drivers of the file can do, from the catalog. */
import type { Capabilities, Catalog } from '../driver.ts';
import { parsePrefix } from '../ip.ts';
import type { Service } from '../model/intent.ts';
import { groupOf, proxyGroup, speakerDriver } from '../roles.ts';
import { didYouMean, nearest } from './did-you-mean.ts';
import type { Draft } from './read-cluster.ts';
import type { KeyPath } from './source-tree.ts';
import { listed } from './words.ts';

interface Chosen {
  readonly role: 'router' | 'speaker' | 'director' | 'receiver' | 'proxy';
  readonly name: string;
  readonly path: KeyPath;
}

/** Faults for drivers that are not in the catalog and for what a driver cannot do, each with drivers that can. */
export function checkCapabilities(draft: Draft, catalog: Catalog): void {
  const { cluster } = draft;
  const hasTier = (tier: string) => cluster.nodes.some((node) => node.tier === tier);
  const checker = new Checker(draft, catalog);
  if (hasTier('routers')) {
    const router = {
      role: 'router',
      name: cluster.routers.driver,
      path: ['routers', 'driver'],
    } as const;
    checker.known(router);
  }
  if (hasTier('l4') && catalog['speaker'])
    checker.speaker({ role: 'speaker', name: speakerDriver(cluster), path: ['l4', 'driver'] });
  const director = { role: 'director', name: cluster.l4.driver, path: ['l4', 'driver'] } as const;
  for (const service of cluster.services) checker.director(director, service);
  checker.guard(director);
  checker.sample(director);
  checker.tunnel(director);
  const proxy = { role: 'proxy', name: cluster.l7.driver, path: ['l7', 'driver'] } as const;
  if (hasTier('l7')) for (const service of cluster.services) checker.proxy(proxy, service);
  checker.report();
  checkStore(draft);
}

/** Another store than the managed one: users of nodes would have to be made there, and nobody does. */
function checkStore({ cluster, reading }: Draft): void {
  if (cluster.state.redis === 'managed') return;
  const message = 'a store of your own is not part of this program yet';
  reading.report.error('TRI-C053', { path: ['state', 'redis'] }, message);
}

interface Need {
  readonly path: KeyPath;
  readonly can: (has: Capabilities) => boolean;
  readonly what: string;
  /** Why this driver cannot. */
  readonly why?: (has: Capabilities) => string | undefined;
  /** What this driver can do in its place. */
  readonly instead?: (has: Capabilities) => string;
}

/** Groups of reals with at least one machine that Tricade manages. */
function managedGroups({ nodes, pools }: Draft['cluster']): ReadonlySet<string> {
  const managed = nodes.filter((node) => node.managed);
  const names = new Set(managed.map(({ name }) => name));
  const fed = pools.filter(({ servers }) => servers.some(({ name }) => names.has(name)));
  const proxies = managed.some(({ tier }) => tier === 'l7') ? [proxyGroup] : [];
  return new Set([...proxies, ...fed.map(({ name }) => name)]);
}

class Checker {
  readonly #draft: Draft;
  readonly #catalog: Catalog;
  readonly #unknown = new Set<string>();
  readonly #lacks = new Map<string, { chosen: Chosen; need: Need; services: Set<string> }>();
  /** Groups of reals among which are machines that Tricade manages. */
  readonly #managed: ReadonlySet<string>;

  constructor(draft: Draft, catalog: Catalog) {
    this.#draft = draft;
    this.#catalog = catalog;
    this.#managed = managedGroups(draft.cluster);
  }

  speaker(chosen: Chosen): void {
    const { via } = this.#draft.cluster.l4.announce;
    this.check(chosen, true, {
      path: ['l4', 'announce', 'via'],
      can: ({ announces }) => announces === undefined || announces.includes(via),
      what: `announce VIPs via ${via}`,
      instead: ({ announces = [] }) => `via ${announces.join(' or ')}`,
    });
  }

  tunnel(chosen: Chosen): void {
    const { encapsulation, sources, accept } = this.#draft.cluster.l4.tunnel ?? {};
    this.check(chosen, encapsulation !== undefined, {
      path: ['l4', 'tunnel', 'encapsulation'],
      can: ({ encapsulations = [] }) =>
        encapsulation !== undefined && encapsulations.includes(encapsulation),
      what: `tunnel in ${encapsulation}`,
      instead: ({ encapsulations = [] }) => `encapsulation ${encapsulations.join(' or ')}`,
    });
    this.check(chosen, sources !== undefined || accept !== undefined, {
      path: ['l4', 'tunnel', sources === undefined ? 'accept' : 'sources'],
      can: ({ outerSources }) => outerSources === true,
      what: 'vary the outer source of tunnels',
    });
  }

  guard(chosen: Chosen): void {
    const { deny, limit } = this.#draft.cluster.l4.guard ?? {};
    const why = ({ refusesGuard }: Capabilities) => refusesGuard;
    this.check(chosen, deny !== undefined, {
      path: ['l4', 'deny'],
      can: ({ guards = [] }) => guards.includes('deny'),
      what: 'deny sources',
      why,
    });
    this.check(chosen, limit !== undefined, {
      path: ['l4', 'limit'],
      can: ({ guards = [] }) => guards.includes('limit'),
      what: 'limit new flows by source',
      why,
    });
  }

  sample(chosen: Chosen): void {
    this.check(chosen, (this.#draft.cluster.l4.sample ?? 0) > 0, {
      path: ['l4', 'sample'],
      can: ({ samplesPackets }) => samplesPackets === true,
      what: 'tell of single packets',
    });
  }

  director(chosen: Chosen, service: Service): void {
    const path = ['services', service.name];
    this.check(chosen, true, {
      path: [...path, 'l4', 'mode'],
      can: (has) => has.modes.includes(service.l4.mode),
      what: `forward in mode ${service.l4.mode}`,
      why: (has) => has.refuses?.[service.l4.mode],
      instead: (has) => `mode ${has.modes.join(' or ')}`,
    });
    this.#kernel(chosen, service);
    this.#receiver(service);
    const isList = Array.isArray(this.#draft.reading.file.services?.[service.name]?.ports);
    for (const [index, { protocol }] of service.ports.entries()) {
      this.check(chosen, true, {
        path: isList ? [...path, 'ports', index] : [...path, 'ports'],
        can: (has) => has.protocols.includes(protocol),
        what: protocol === 'any' ? 'balance every IP protocol (layer 3)' : `balance ${protocol}`,
      });
    }
    this.#common(chosen, service);
  }

  /** Machines that Tricade manages must take what directors send them as the mode has it; others are set up by somebody else. */
  #receiver(service: Service): void {
    if (this.#catalog['receiver'] === undefined) return;
    const { name, l4 } = service;
    const path = ['services', name, 'l4', 'mode'];
    const isNeeded = this.#managed.has(groupOf(service));
    const chosen = { role: 'receiver', name: 'linux', path } as const;
    this.check(chosen, isNeeded, {
      path,
      can: ({ modes }) => modes.includes(l4.mode),
      what: `take packets of mode ${l4.mode}`,
    });
    const { driver } = this.#draft.cluster.l4;
    this.check(chosen, isNeeded && l4.mode === 'tunnel', {
      path,
      can: ({ tunnelsFrom = [driver] }) => tunnelsFrom.includes(driver),
      what: `take tunnels of ${driver} directors off`,
      instead: () => 'another director driver, or servers that Tricade does not manage',
    });
  }

  /** What only directors can do whose kernel picks the reals. */
  #kernel(chosen: Chosen, { name, l4 }: Service): void {
    const own = this.#draft.reading.file.services?.[name]?.l4?.scheduler;
    const path = own === undefined ? ['l4', 'scheduler'] : ['services', name, 'l4', 'scheduler'];
    const { scheduler } = l4;
    this.check(chosen, scheduler !== undefined, {
      path,
      can: ({ schedulers = [] }) => scheduler !== undefined && schedulers.includes(scheduler),
      what: `pick reals by ${scheduler}`,
      why: ({ tableRows }) =>
        tableRows === undefined ? undefined : 'the rows of its forwarding table do, by weight',
    });
    this.check(chosen, l4.quic === true, {
      path: ['services', name, 'l4', 'quic'],
      can: ({ quic }) => quic === true,
      what: 'find QUIC connections by their ids',
      why: ({ flowMemory }) =>
        flowMemory?.includes(l4.mode)
          ? 'it remembers where the datagrams of a flow went'
          : undefined,
    });
    this.check(chosen, l4.onePacket === true, {
      path: ['services', name, 'l4', 'onePacket'],
      can: (has) => has.onePacket === true,
      what: 'schedule single packets',
    });
  }

  proxy(chosen: Chosen, service: Service): void {
    if (!service.l7) return;
    const path = ['services', service.name, 'l7'];
    const { mode, protocol, tls } = service.l7;
    this.check(chosen, true, {
      path: [...path, 'mode'],
      can: (has) => has.modes.includes(mode),
      what: `serve as ${mode}`,
      instead: (has) => `mode ${has.modes.join(' or ')}`,
    });
    this.check(chosen, true, {
      path: [...path, 'protocol'],
      can: ({ proxies = ['http', 'tcp'] }) => proxies.includes(protocol),
      what: `proxy ${protocol.toUpperCase()}`,
      why: (has) => has.refuses?.[protocol],
    });
    this.check(chosen, tls !== undefined, {
      path: [...path, 'tls'],
      can: (has) => has.tls,
      what: 'end TLS',
    });
    this.#common(chosen, service);
  }

  #common(chosen: Chosen, service: Service): void {
    const path = ['services', service.name];
    this.check(chosen, service.listen === 'transparent', {
      path: [...path, 'listen'],
      can: (has) => has.transparentListening,
      what: 'listen transparently (VIPless)',
    });
    this.check(
      chosen,
      service.vips.some((vip) => parsePrefix(vip)?.family === 6),
      {
        path: [...path, 'vip'],
        can: (has) => has.ipv6,
        what: 'carry IPv6',
      },
    );
  }

  /** What the driver can do, or undefined and a fault; whether routers are resilient is a matter of topology. */
  known(chosen: Chosen): Capabilities | undefined {
    const drivers = this.#catalog[chosen.role] ?? {};
    const has = Object.hasOwn(drivers, chosen.name) ? drivers[chosen.name] : undefined;
    if (!has) this.#unknownDriver(chosen, Object.keys(drivers));
    return has;
  }

  /** Notes what is lacking; services that lack the same become one finding. */
  check(chosen: Chosen, isNeeded: boolean, need: Need): void {
    const has = this.known(chosen);
    if (!has || !isNeeded || need.can(has)) return;
    const key = `${chosen.role} ${need.what}`;
    const lack = this.#lacks.get(key) ?? { chosen, need, services: new Set() };
    this.#lacks.set(key, lack);
    lack.services.add(String(need.path[1]));
  }

  report(): void {
    for (const { chosen, need, services } of this.#lacks.values()) {
      const drivers = Object.entries(this.#catalog[chosen.role] ?? {});
      const able = drivers.flatMap(([name, each]) => (need.can(each) ? [name] : []));
      const more = services.size > 1 ? ` (asked by ${services.size} services)` : '';
      const has = this.known(chosen);
      const because = has && need.why?.(has);
      const message = `${chosen.role} driver ${chosen.name} cannot ${need.what}${more}${because ? `: ${because}` : ''}`;
      const choices = [
        ...(able.length > 0 ? [`driver ${able.join(' or ')}`] : []),
        ...(has && need.instead ? [need.instead(has)] : []),
      ];
      const fix =
        choices.length > 0
          ? `take ${choices.join(', or ')}`
          : 'no driver of this program can: take it out';
      this.#draft.reading.report.error('TRI-C038', { path: need.path }, { message, fix });
    }
  }

  #unknownDriver(chosen: Chosen, known: readonly string[]): void {
    if (this.#unknown.has(chosen.role)) return;
    this.#unknown.add(chosen.role);
    const guess = nearest(chosen.name, known);
    const message = `${chosen.role} driver ${chosen.name} is not part of this program${didYouMean(guess)}`;
    const fix = `take ${listed(known) || 'another release'}`;
    this.#draft.reading.report.error('TRI-C039', { path: chosen.path }, { message, fix });
  }
}
