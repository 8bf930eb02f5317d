/** Directors that translate answers without memory: a real's address and port say which VIP was asked. */
import type { Catalog } from '../driver.ts';
import { ipFamily, parsePrefix } from '../ip.ts';
import type { Address, Cidr, Cluster, Service, ServicePort } from '../model/intent.ts';
import { groupOf, realGroups } from '../roles.ts';
import type { Ground } from './ground.ts';
import type { Problem } from './problem.ts';

/** One VIP of a service whose answers are told by where they come from. */
interface Asked {
  readonly service: Service;
  readonly vip: Address | Cidr;
  readonly reals: readonly Address[];
}

/** Each port of a real answers for one VIP, and for an address: nobody else remembers which of several was asked. */
export function answersToldApart({ cluster }: Ground, catalog: Catalog | undefined): Problem[] {
  const { driver } = cluster.l4;
  const drivers = catalog?.['director'] ?? {};
  const byPort = drivers[driver]?.answersByPort ?? [];
  const asked = askedIn(cluster, byPort);
  const able = (mode: string) =>
    Object.keys(drivers).filter(
      (name) =>
        drivers[name]?.modes.includes(mode) && !drivers[name]?.answersByPort?.includes(mode),
    );
  return asked.flatMap((each, at) => {
    const said = prefixed(each) ?? shared(each, asked.slice(0, at));
    if (said === undefined) return [];
    const { service } = each;
    const { mode } = service.l4;
    const others = able(mode);
    const message = `"${service.name}" is ${mode} through ${driver}, which tells by the real’s address and port whose an answer is: ${said}`;
    const fix = [
      ...(others.length === 0
        ? []
        : [`take \`l4: { driver: ${others.join(' or ')} }\`, which remembers it`]),
      'give each VIP ports or reals of its own',
      'take mode dsr or tunnel',
    ].join(', or ');
    return [
      {
        code: 'TRI-T030',
        severity: 'error',
        path: ['services', service.name, 'vip'],
        message,
        fix,
      },
    ];
  });
}

function askedIn(cluster: Cluster, modes: readonly string[]): readonly Asked[] {
  const groups = new Map(realGroups(cluster).map(({ group, reals }) => [group, reals]));
  return cluster.services
    .filter(({ l4 }) => modes.includes(l4.mode))
    .flatMap((service) =>
      service.vips.map((vip) => {
        const family = parsePrefix(vip)?.family;
        const reals = (groups.get(groupOf(service)) ?? []).flatMap(
          ({ addresses }) => addresses.find((address) => ipFamily(address) === family) ?? [],
        );
        return { service, vip, reals };
      }),
    );
}

function prefixed({ vip }: Asked): string | undefined {
  const { family, length } = parsePrefix(vip) ?? {};
  const whole = family === 4 ? 32 : 128;
  return length === whole ? undefined : `it says nothing of which address of ${vip} was asked`;
}

function shared(one: Asked, before: readonly Asked[]): string | undefined {
  for (const other of before) {
    const real = one.reals.find((address) => other.reals.includes(address));
    const port = one.service.ports.find((mine) =>
      other.service.ports.some((theirs) => overlap(mine, theirs)),
    );
    if (real === undefined || port === undefined || other.vip === one.vip) continue;
    const which = port.port === 0 ? 'every port' : `port ${port.port}`;
    return `${which} of ${real} answers for ${other.vip} ("${other.service.name}") and for ${one.vip}`;
  }
  return undefined;
}

/** Whether one packet may be of both. Port 0: all ports. */
function overlap(one: ServicePort, other: ServicePort): boolean {
  if (one.protocol === 'any' || other.protocol === 'any') return true;
  if (one.protocol !== other.protocol) return false;
  return one.port === other.port || one.port === 0 || other.port === 0;
}
