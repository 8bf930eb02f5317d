/** Answers that directors translate: which of them a real's address and port say the VIP of. */
import { ipFamily, parsePrefix } from '../ip.ts';
import type { Address, Cidr, Cluster, Service, ServicePort } from '../model/intent.ts';
import { answersByPortByDriver, groupOf, realGroups } from './groups.ts';

/** One VIP of a service, and the addresses of reals that answer for it. */
interface Asked {
  readonly service: Service;
  readonly vip: Address | Cidr;
  readonly reals: readonly Address[];
}

/** Services and VIPs whose answers are told by where they come from; of others in such a mode, why the flow has to say it. */
export interface Answers {
  /** True where an address and port of a real stand for the VIP. */
  isToldByPort(service: Service, vip: Address | Cidr): boolean;
  /** Words of why a service's answers are told by flow; undefined where they are not. */
  whyByFlow(service: Service): string | undefined;
}

/** Every VIP is held against every other: once a cluster. */
const known = new WeakMap<Cluster, Answers>();

/** Each port of a real may stand for one VIP, and for an address. */
export function answersOf(cluster: Cluster): Answers {
  const answers = known.get(cluster) ?? compared(cluster);
  known.set(cluster, answers);
  return answers;
}

function compared(cluster: Cluster): Answers {
  const asked = askedIn(cluster);
  const why = asked.map((each) => prefixed(each) ?? shared(each, asked));
  return {
    isToldByPort: (service, vip) =>
      asked.some(
        (each, at) => each.service === service && each.vip === vip && why[at] === undefined,
      ),
    whyByFlow: (service) => why.find((_, at) => asked[at]?.service === service),
  };
}

function askedIn(cluster: Cluster): readonly Asked[] {
  const modes = answersByPortByDriver[cluster.l4.driver] ?? [];
  const groups = new Map(
    realGroups(cluster).flatMap(({ group, reals }) =>
      ([4, 6] as const).map((family) => [
        `${group} ${family}`,
        reals.flatMap(({ addresses }) => addresses.find((each) => ipFamily(each) === family) ?? []),
      ]),
    ),
  );
  return cluster.services
    .filter(({ l4 }) => modes.includes(l4.mode))
    .flatMap((service) =>
      service.vips.map((vip) => {
        const reals = groups.get(`${groupOf(service)} ${parsePrefix(vip)?.family}`) ?? [];
        return { service, vip, reals };
      }),
    );
}

function prefixed({ vip }: Asked): string | undefined {
  const { family, length } = parsePrefix(vip) ?? {};
  return length === (family === 4 ? 32 : 128) ? undefined : `${vip} is a prefix`;
}

function shared(one: Asked, all: readonly Asked[]): string | undefined {
  for (const other of all) {
    if (other.vip === one.vip) continue;
    const isShared = one.service.ports.some((mine) =>
      other.service.ports.some((theirs) => overlap(mine, theirs)),
    );
    const isSame = one.reals === other.reals;
    const real = isShared && one.reals.find((each) => isSame || other.reals.includes(each));
    if (real) return `${real} answers for ${other.vip}, too`;
  }
  return undefined;
}

/** Whether one packet may be of both. Port 0: all ports. */
function overlap(one: ServicePort, other: ServicePort): boolean {
  if (one.protocol === 'any' || other.protocol === 'any') return true;
  if (one.protocol !== other.protocol) return false;
  return one.port === other.port || one.port === 0 || other.port === 0;
}
