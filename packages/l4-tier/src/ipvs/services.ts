/**
 * Director state → virtual services of IPVS. A VIP and a port are a service of their own; a prefix, or all ports of a VIP, are packets that nft
 * has marked, and a service of that mark. Pure.
 */
import { createHash } from 'node:crypto';
import {
  canonicalPrefix,
  type DirectorService,
  type DirectorState,
  type Scheduler,
  type ServicePort,
  type TableGroup,
  TricadeError,
} from '@tricade/cluster';
import { ipvsDirectorCan } from '../capabilities.ts';
import { endpoint, type Family, familyOf, type Protocol } from './names.ts';

/** How packets get to a real: `-m` translated (NAT), `-g` by its MAC (DR), `-i` in IP over IP (TUN). */
export type Method = '-m' | '-g' | '-i';

export interface VirtualService {
  /** As ipvsadm names it: `-t 203.0.113.10:80`, `-u …`, `-f MARK`, `-f MARK -6`. */
  readonly key: string;
  /** What follows the key, as ipvsadm writes it back. */
  readonly options: string;
  readonly method: Method;
  /** Address or prefix. */
  readonly vip: string;
  readonly family: Family;
  readonly protocol: Protocol;
  /** 0: all ports. */
  readonly port: number;
  /** 0: no mark. */
  readonly mark: number;
  readonly group: TableGroup;
}

const methods: Readonly<Record<string, Method>> = { dnat: '-m', dsr: '-g', tunnel: '-i' };

/** A client keeps its real this long after its last flow has ended, seconds: IPVS's own default. */
const persistenceSeconds = 300;
/** `source-network`: the client's /24 or /64, as for the other drivers. */
const networkMask = { 4: '255.255.255.0', 6: '64' } as const;

function refuse(message: string): TricadeError {
  return new TricadeError('TRI-D01', message, { hint: 'Choose another driver for `l4`.' });
}

/**
 * Hashes are over the client's address, and over its port too where flows may part. A real that takes nothing is passed over by a second hash
 * (`fallback`), so that its slots come back to it.
 */
function schedulerFlags(scheduler: Scheduler, service: DirectorService): string {
  if (scheduler !== 'mh' && scheduler !== 'sh') return '';
  const flags = [`${scheduler}-fallback`];
  if (service.affinity === 'flow') flags.push(`${scheduler}-port`);
  return ` -b ${flags.join(',')}`;
}

function optionsOf(service: DirectorService, family: Family, protocol: Protocol): string {
  const scheduler = service.scheduler ?? 'mh';
  if (!ipvsDirectorCan.schedulers?.includes(scheduler)) {
    throw refuse(`${service.service}: no scheduler ${JSON.stringify(scheduler)}`);
  }
  const mask = service.affinity === 'source' ? '' : ` -M ${networkMask[family]}`;
  const persistent = service.affinity === 'flow' ? '' : ` -p ${persistenceSeconds}${mask}`;
  const single = service.onePacket === true && protocol === 'udp' ? ' -o' : '';
  return `-s ${scheduler}${persistent}${single}${schedulerFlags(scheduler, service)}`;
}

function methodOf({ service, mode }: DirectorService): Method {
  const method = methods[mode];
  if (method !== undefined) return method;
  throw refuse(`${service}: ipvs does not do ${mode}: ${ipvsDirectorCan.refuses?.[mode] ?? ''}`);
}

function protocolOf({ service }: DirectorService, { protocol }: ServicePort): Protocol {
  if (protocol === 'any') throw refuse(`${service}: ipvs balances tcp and udp only`);
  return protocol;
}

function groupNamed(state: DirectorState, name: string): TableGroup {
  const group = state.groups.find((candidate) => candidate.group === name);
  if (group === undefined) throw refuse(`no table for group ${JSON.stringify(name)}`);
  return group;
}

/** Marks that are ours: 0x54, then 24 bits. */
const markBase = 0x54_00_00_00;
const markSpace = 0x1_00_00_00;

/**
 * Marks are made from what they stand for, so that another service in the file leaves them as they are, and all directors have the same: what
 * directors tell one another of their flows names the mark. Where two are equal the later text takes the next free one.
 */
function marksOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const marks = new Map<string, number>();
  const taken = new Set<number>();
  for (const text of [...new Set(texts)].sort()) {
    let low = createHash('sha256').update(text).digest().readUIntBE(0, 3);
    while (taken.has(low)) low = (low + 1) % markSpace;
    taken.add(low);
    marks.set(text, markBase + low);
  }
  return marks;
}

function markText(vip: string, { protocol, port }: ServicePort): string {
  return `${canonicalPrefix(vip)} ${protocol} ${port}`;
}

function isExact(vip: string, { port }: ServicePort): boolean {
  return port !== 0 && !vip.includes('/');
}

/** Every virtual service of the state, in its order. Throws TRI-D01, TRI-D30. */
export function virtualServices(state: DirectorState): readonly VirtualService[] {
  const wide = state.services.flatMap(({ vip, ports }) =>
    ports.filter((port) => !isExact(vip, port)).map((port) => markText(vip, port)),
  );
  const marks = marksOf(wide);
  return state.services.flatMap((service) => {
    const family = familyOf(service.vip);
    const method = methodOf(service);
    const group = groupNamed(state, service.group);
    return service.ports.map((port): VirtualService => {
      const protocol = protocolOf(service, port);
      const mark = marks.get(markText(service.vip, port)) ?? 0;
      const exact = isExact(service.vip, port);
      const key = exact
        ? `${protocol === 'tcp' ? '-t' : '-u'} ${endpoint(service.vip, port.port)}`
        : `-f ${mark}${family === 6 ? ' -6' : ''}`;
      const options = optionsOf(service, family, protocol);
      const { vip } = service;
      return {
        key,
        options,
        method,
        vip,
        family,
        protocol,
        port: port.port,
        mark: exact ? 0 : mark,
        group,
      };
    });
  });
}
