/** Services: spec → model. */
import { canonicalAddress, canonicalPrefix, hasHostBits, parsePrefix } from '../ip.ts';
import type { L4Mode, L7Mode, Scheduler, Service, ServicePort } from '../model/intent.ts';
import { defaultText } from './defaults.ts';
import { oneOfEachFamily } from './read-networks.ts';
import type { Reading } from './reading.ts';
import { readSecret } from './secrets.ts';
import type { KeyPath } from './source-tree.ts';
import { entries, items, type ServiceSpec } from './spec-file.ts';
import { parsePort } from './units.ts';
import { shown } from './words.ts';

export function readServices(reading: Reading): Service[] {
  return entries(reading.file.services).flatMap(([name, spec]) =>
    spec === undefined ? [] : [readService(name, spec, reading)],
  );
}

function readService(name: string, spec: ServiceSpec, reading: Reading): Service {
  const path = ['services', name];
  const { report } = reading;
  const { file, line, column } = report.span({ path, part: 'key' });
  const listen = (spec.listen ?? defaultText('services.*.listen')) as Service['listen'];
  const l7 = spec.l7 === undefined ? undefined : readL7(spec.l7, [...path, 'l7'], reading);
  return {
    name,
    vips: readVips(spec, listen, { ...reading, path: [...path, 'vip'] }),
    ports: readPorts(spec, [...path, 'ports'], reading),
    listen,
    affinity: (spec.affinity ?? defaultText('services.*.affinity')) as Service['affinity'],
    l4: readL4(spec, { ...reading, isProxied: l7 !== undefined }),
    ...(l7 ? { l7 } : {}),
    source: `${file}:${line}:${column}`,
  };
}

/** Directors whose kernel picks the reals do so by Maglev hashing unless the file says otherwise. */
const kernelScheduler: Scheduler = 'mh';

function readL4(
  { l4 }: ServiceSpec,
  { file, isProxied }: Reading & { isProxied: boolean },
): Service['l4'] {
  const given = (l4?.scheduler ?? file.l4?.scheduler) as Scheduler | undefined;
  const scheduler = given ?? (file.l4?.driver === 'ipvs' ? kernelScheduler : undefined);
  return {
    mode: (l4?.mode ?? defaultText('services.*.l4.mode')) as L4Mode,
    ...(l4?.pool === undefined || isProxied ? {} : { pool: l4.pool }),
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(l4?.onePacket === true ? { onePacket: true } : {}),
    ...(l4?.quic === true ? { quic: true } : {}),
  };
}

function readVips(
  spec: ServiceSpec,
  listen: Service['listen'],
  { path, report }: Reading & { path: KeyPath },
): string[] {
  const vips = items(spec.vip).flatMap(({ value, index }) => {
    const at = { path: index === undefined ? path : [...path, index] };
    const address = canonicalAddress(value);
    if (address !== undefined) return [address];
    const prefix = parsePrefix(value);
    const canonical = canonicalPrefix(value);
    if (!prefix || canonical === undefined) {
      report.error('TRI-C022', at, `"${shown(value)}" is no IP address`);
      return [];
    }
    const isHost = prefix.length === (prefix.family === 4 ? 32 : 128);
    if (isHost) return [prefix.address];
    if (listen !== 'transparent') {
      const message = `${shown(value)} is a prefix; only a service that listens transparently has one`;
      report.error('TRI-C029', at, message);
    } else if (hasHostBits(prefix)) {
      const message = `"${shown(value)}" has bits set behind its length`;
      report.error('TRI-C024', at, { message, fix: `write \`${canonical}\`` });
    }
    return [canonical];
  });
  oneOfEachFamily(vips, path, report);
  return vips;
}

function readPorts(spec: ServiceSpec, path: KeyPath, { report }: Reading): ServicePort[] {
  const ports: ServicePort[] = [];
  for (const { value, index } of items(spec.ports)) {
    const at = { path: index === undefined ? path : [...path, index] };
    const port = parsePort(value);
    if (port === undefined) {
      report.error('TRI-C013', at, `"${shown(String(value))}" is beyond port 65535`);
    } else if (ports.some((other) => covers(other, port) || covers(port, other))) {
      report.error('TRI-C044', at, `${shown(String(value))} is named twice in this service`);
    } else ports.push(port);
  }
  return ports;
}

/** True where every packet for `inner` is one for `outer` as well. */
export function covers(outer: ServicePort, inner: ServicePort): boolean {
  const sameProtocol = outer.protocol === 'any' || outer.protocol === inner.protocol;
  return sameProtocol && (outer.port === 0 || outer.port === inner.port);
}

type L7Spec = NonNullable<ServiceSpec['l7']>;
type L7 = NonNullable<Service['l7']>;

function readL7(spec: L7Spec, path: KeyPath, reading: Reading): L7 {
  const tls = spec.tls?.certificate;
  const certificate =
    tls === undefined
      ? undefined
      : readSecret(tls, { ...reading, path: [...path, 'tls', 'certificate'], isFileName: true });
  return {
    mode: (spec.mode ?? defaultText('services.*.l7.mode')) as L7Mode,
    pool: spec.pool ?? '',
    stickiness: readStickiness(spec.stickiness),
    protocol: (spec.protocol ?? defaultText('services.*.l7.protocol')) as L7['protocol'],
    ...(certificate === undefined ? {} : { tls: { certificate } }),
  };
}

function readStickiness(spec: L7Spec['stickiness']): L7['stickiness'] {
  if (typeof spec === 'object' && spec.cookie !== undefined) {
    return { kind: 'cookie', name: spec.cookie };
  }
  return { kind: spec === 'source' ? 'source' : 'none' };
}
