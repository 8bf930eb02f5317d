/** Services and pools held against each other. */
import { overlaps } from '../ip.ts';
import type { Cluster, Pool, Service, ServicePort } from '../model/intent.ts';
import { didYouMean, nearest } from './did-you-mean.ts';
import type { Draft } from './read-cluster.ts';
import { covers } from './read-services.ts';
import type { Reading } from './reading.ts';
import { items } from './spec-file.ts';
import { listed, shown } from './words.ts';

export function checkServices({ cluster, reading }: Draft): void {
  const { file } = reading;
  const known = new Set(Object.keys(file.pools ?? {}));
  for (const service of cluster.services) {
    checkPool(service, known, reading);
    checkOnePacket(service, reading);
    checkQuic(service, cluster, reading);
    if (service.l7) checkProxied(service, reading);
  }
  checkClaims(cluster.services, reading);
  checkUse(cluster, reading);
  const uses = new Map<string, Service[]>();
  for (const service of cluster.services) {
    const pool = service.l7?.pool ?? service.l4.pool ?? '';
    uses.set(pool, [...(uses.get(pool) ?? []), service]);
  }
  const areAllKnown =
    file.services !== undefined && [...uses.keys()].every((name) => known.has(name));
  for (const pool of cluster.pools) {
    const users = uses.get(pool.name) ?? [];
    checkPoolItself(pool, users, reading);
    if (users.length > 0 || !areAllKnown) continue;
    const path = ['pools', pool.name];
    const message = `no service uses pool "${pool.name}"`;
    reading.report.warning('TRI-C037', { path, part: 'key' }, message);
  }
}

function checkPool(service: Service, known: ReadonlySet<string>, { file, report }: Reading): void {
  const spec = file.services?.[service.name];
  const path = ['services', service.name];
  if (service.l7 && spec?.l4?.pool !== undefined) {
    const message = `"${service.name}" names a pool for directors and one for proxies`;
    report.error('TRI-C036', { path: [...path, 'l4', 'pool'] }, message);
  }
  const name = service.l7 ? spec?.l7?.pool : spec?.l4?.pool;
  const tier = service.l7 ? 'l7' : 'l4';
  if (name === undefined) {
    const message = `"${service.name}" has no pool: nobody to answer its requests`;
    const fix =
      known.size > 0 ? `add \`pool: ${[...known][0]}\` to \`${tier}:\`` : 'declare a pool';
    report.error(
      'TRI-C035',
      { path: spec?.[tier] ? [...path, tier] : path, part: 'key' },
      { message, fix },
    );
  } else if (!known.has(name)) {
    const guess = nearest(name, known);
    const message = `no pool "${shown(name)}"${didYouMean(guess)}`;
    const fix = guess
      ? `write \`${guess}\``
      : `declare it under \`pools:\`; known: ${listed([...known]) || 'none'}`;
    report.error('TRI-C020', { path: [...path, tier, 'pool'] }, { message, fix });
  }
}

/** A packet that is forwarded without a memory: nobody could undo a translation, or know where the client was before. */
function checkOnePacket({ name, l4, ports, affinity }: Service, { report }: Reading): void {
  if (l4.onePacket === undefined) return;
  const whyNot = [
    ...(ports.some(({ protocol }) => protocol === 'udp') ? [] : ['has no UDP port']),
    ...(l4.mode === 'dsr' || l4.mode === 'tunnel' ? [] : [`is in mode ${l4.mode}`]),
    ...(affinity === 'flow' ? [] : [`keeps each ${affinity} together`]),
  ];
  if (whyNot.length === 0) return;
  const message = `"${name}" ${listed(whyNot)}: one packet cannot be scheduled without the others`;
  report.error('TRI-C052', { path: ['services', name, 'l4', 'onePacket'] }, message);
}

/** Connection ids are read on the way by directors and by the programs of the servers themselves. */
function checkQuic({ name, l4, ports }: Service, cluster: Cluster, { report }: Reading): void {
  if (l4.quic === undefined) return;
  const members = cluster.pools.find((pool) => pool.name === l4.pool)?.servers ?? [];
  const names = new Set(members.map((server) => server.name));
  const alone = cluster.nodes.filter((node) => names.has(node.name) && !node.managed);
  const whyNot = [
    ...(ports.some(({ protocol }) => protocol === 'udp') ? [] : ['has no UDP port']),
    ...(l4.mode === 'dsr' || l4.mode === 'tunnel' ? [] : [`is in mode ${l4.mode}`]),
    ...(alone.length === 0 ? [] : [`has ${listed(alone.map((node) => node.name))}, not managed`]),
  ];
  if (whyNot.length === 0) return;
  const message = `"${name}" ${listed(whyNot)}: nobody would look at its connection ids`;
  report.error('TRI-C057', { path: ['services', name, 'l4', 'quic'] }, message);
}

/** What proxies can take: TCP ports by number, and no packets of their own. */
function checkProxied(service: Service, { file, report }: Reading): void {
  const given = items(file.services?.[service.name]?.ports);
  for (const { value, index } of given) {
    const text = String(value);
    if (!/udp|all/.test(text)) continue;
    const path = ['services', service.name, 'ports', ...(index === undefined ? [] : [index])];
    const message = `a proxy cannot listen on ${shown(text)}: it takes TCP ports by number`;
    const fix = 'name TCP ports, or take out `l7:` and give `l4:` the pool';
    report.error('TRI-C044', { path }, { message, fix });
  }
}

interface Claim {
  readonly service: Service;
  readonly vip: string;
}

/** Every VIP is compared with those of the same address, and with every prefix. */
function checkClaims(services: readonly Service[], { report }: Reading): void {
  const byVip = new Map<string, Claim[]>();
  const prefixes: Claim[] = [];
  for (const service of services) {
    for (const vip of service.vips) {
      const claim = { service, vip };
      const same = byVip.get(vip) ?? [];
      const rivals = vip.includes('/') ? [...byVip.values()].flat() : [...same, ...prefixes];
      for (const rival of rivals) {
        const port = commonPort(rival, claim);
        if (!port) continue;
        const message = `${claimText(vip, port)} is claimed by "${rival.service.name}" and "${service.name}"`;
        const note = `first at ${report.at({ path: ['services', rival.service.name, 'vip'] })}`;
        report.error('TRI-C030', { path: ['services', service.name, 'vip'] }, { message, note });
        break;
      }
      byVip.set(vip, [...same, claim]);
      if (vip.includes('/')) prefixes.push(claim);
    }
  }
}

/** The port of packets that both claim. A single address inside a prefix goes before it, as the longer match. */
function commonPort(one: Claim, other: Claim): ServicePort | undefined {
  if (one.service === other.service) return undefined;
  const arePrefixes = one.vip.includes('/') && other.vip.includes('/');
  const meet = arePrefixes ? overlaps(one.vip, other.vip) : one.vip === other.vip;
  if (!meet) return undefined;
  return other.service.ports.find((port) =>
    one.service.ports.some((each) => covers(port, each) || covers(each, port)),
  );
}

function claimText(vip: string, { port, protocol }: ServicePort): string {
  if (port === 0) return vip;
  return `${vip.includes(':') ? `[${vip}]` : vip}:${port}/${protocol}`;
}

/** One proxy keeps one protocol and one stickiness for a pool. */
function checkUse({ services }: Cluster, { report }: Reading): void {
  const uses = new Map<string, { service: Service; use: string }>();
  for (const service of services) {
    if (!service.l7) continue;
    const { pool, protocol, stickiness } = service.l7;
    const use = JSON.stringify([protocol, stickiness]);
    const other = uses.get(pool);
    if (!other) uses.set(pool, { service, use });
    else if (other.use !== use) {
      const message = `"${service.name}" and "${other.service.name}" want pool "${pool}" with another protocol or stickiness`;
      const note = `first at ${report.at({ path: ['services', other.service.name, 'l7'], part: 'key' })}`;
      report.error(
        'TRI-C051',
        { path: ['services', service.name, 'l7'], part: 'key' },
        { message, note },
      );
    }
  }
}

function checkPoolItself(pool: Pool, users: readonly Service[], { file, report }: Reading): void {
  const path = ['pools', pool.name];
  const spec = file.pools?.[pool.name];
  if (spec?.servers !== undefined && Object.keys(spec.servers).length === 0) {
    report.error('TRI-C047', { path, part: 'key' }, `pool "${pool.name}" has no servers`);
  }
  const isSilent = spec && !Object.hasOwn(spec, 'check');
  if (isSilent && users.length > 0) uncheckedPool(pool, users, report);
}

function uncheckedPool(pool: Pool, users: readonly Service[], report: Reading['report']): void {
  const path = ['pools', pool.name];
  const count = pool.servers.length;
  const names = users.map(({ name }) => `"${name}"`);
  const isHttp = users.some(({ l7 }) => l7?.protocol === 'http');
  const check = isHttp ? '{ http: /health }' : 'tcp';
  report.warning(
    'TRI-C012',
    { path, part: 'key' },
    {
      message: `pool "${pool.name}" is used by service ${listed(names)} but has no health check`,
      effect: `a dead server would keep 1/${count} of the requests until drained by hand.`,
      fix: `add \`check: ${check}\` at ${report.at({ path, part: 'key' }).split(':')[0]}, or \`check: none\` to accept it.`,
    },
  );
}
