/** What answers of reals become in destination NAT: the contents of `replies`. Pure. */
import { type DirectorService, type DirectorState, ipFamily, TricadeError } from '@tricade/cluster';
import { replyValue, serviceKey, wideAddress } from './abi.ts';
import { type Entries, prefixOf } from './layout.ts';

/** One port of a real, and the service to which all that comes from there belongs. */
interface Answers {
  readonly real: string;
  readonly port: DirectorService['ports'][number];
  readonly service: DirectorService;
}

/**
 * A real and its port say whose answer a packet is: {real, port, protocol} → VIP. Ports stay as they are. Throws TRI-D01 where they do not say it: two VIPs
 * share a port of a real, or the VIP is a prefix.
 */
export function repliesOf(state: DirectorState): Entries {
  const answers = answersOf(state);
  refuseShared(answers);
  return new Map(
    answers.map(({ real, port, service }) => [
      serviceKey(wideAddress(real), port.port, port.protocol).toString('hex'),
      replyValue(service.vip.split('/')[0] as string).toString('hex'),
    ]),
  );
}

function answersOf({ services, groups }: DirectorState): readonly Answers[] {
  const reals = new Map(groups.map(({ group, reals: own }) => [group, own]));
  return services.flatMap((service) => {
    if (service.mode !== 'dnat') return [];
    if (prefixOf(service.vip) !== undefined)
      throw refusal(service, `an answer cannot tell which address of ${service.vip} was asked`);
    const family = ipFamily(service.vip.split('/')[0] as string);
    const own = (reals.get(service.group) ?? []).flatMap(
      ({ addresses }) => addresses.find((address) => ipFamily(address) === family) ?? [],
    );
    return own.flatMap((real) => service.ports.map((port) => ({ real, port, service })));
  });
}

function refuseShared(answers: readonly Answers[]): void {
  const byReal = new Map<string, Answers[]>();
  for (const each of answers) {
    const own = byReal.get(each.real) ?? [];
    byReal.set(each.real, own);
    const other = own.find(
      ({ service, port }) => service.vip !== each.service.vip && overlaps(port, each.port),
    );
    if (other !== undefined)
      throw refusal(
        each.service,
        `port ${each.port.port} of ${each.real} serves ${other.service.vip} (${other.service.service}), too: an answer cannot tell which was asked`,
      );
    own.push(each);
  }
}

type Port = Answers['port'];

/** Whether one packet may be of both. Port 0: all ports. */
function overlaps(one: Port, other: Port): boolean {
  if (one.protocol === 'any' || other.protocol === 'any') return true;
  if (one.protocol !== other.protocol) return false;
  return one.port === other.port || one.port === 0 || other.port === 0;
}

function refusal({ service }: DirectorService, why: string): TricadeError {
  return new TricadeError(
    'TRI-D01',
    `${service}: in destination NAT of xdp ${why}; nft remembers it`,
  );
}
