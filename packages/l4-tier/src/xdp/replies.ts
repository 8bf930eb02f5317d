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
 * {real, port, protocol} → VIP: whose answer a packet is. Ports stay as they are. Where they do not say it, no VIP: the flow says whose answer it is, and
 * without a flow it is nobody's.
 */
export function repliesOf(state: DirectorState): Entries {
  const byFlow = servicesByFlow(state);
  return new Map(
    answersOf(state).map(({ real, port, service }) => [
      serviceKey(wideAddress(real), port.port, port.protocol).toString('hex'),
      replyValue(byFlow.has(service) ? undefined : (service.vip.split('/')[0] as string)).toString(
        'hex',
      ),
    ]),
  );
}

/** Services in destination NAT whose answers a real's port does not tell from others: of a VIPless prefix, or of a VIP that shares a port of a real. */
export function servicesByFlow(
  state: Pick<DirectorState, 'services' | 'groups'>,
): ReadonlySet<DirectorService> {
  const answers = answersOf(state);
  const byReal = Map.groupBy(answers, ({ real }) => real);
  const shares = ({ real, port, service }: Answers) =>
    byReal
      .get(real)
      ?.some((other) => other.service.vip !== service.vip && overlaps(other.port, port)) === true;
  return new Set(
    answers
      .filter((each) => prefixOf(each.service.vip) !== undefined || shares(each))
      .map(({ service }) => service),
  );
}

/** Throws TRI-D01 where nothing but ports would tell the flows of packets apart that have none. */
export function refusePortless(state: DirectorState): void {
  const byFlow = servicesByFlow(state);
  for (const service of state.services) {
    const needsPorts = service.mode === 'full-nat' || byFlow.has(service);
    if (!needsPorts || service.ports.every(({ protocol }) => protocol !== 'any')) continue;
    const why = 'xdp tells answers of its flows apart by ports, and other protocols have none';
    throw new TricadeError('TRI-D01', `${service.service}: ${why}; name TCP and UDP`);
  }
}

function answersOf({
  services,
  groups,
}: Pick<DirectorState, 'services' | 'groups'>): readonly Answers[] {
  const reals = new Map(groups.map(({ group, reals: own }) => [group, own]));
  return services.flatMap((service) => {
    if (service.mode !== 'dnat') return [];
    const family = ipFamily(service.vip.split('/')[0] as string);
    const own = (reals.get(service.group) ?? []).flatMap(
      ({ addresses }) => addresses.find((address) => ipFamily(address) === family) ?? [],
    );
    return own.flatMap((real) => service.ports.map((port) => ({ real, port, service })));
  });
}

type Port = Answers['port'];

/** Whether one packet may be of both. Port 0: all ports. */
function overlaps(one: Port, other: Port): boolean {
  if (one.protocol === 'any' || other.protocol === 'any') return true;
  if (one.protocol !== other.protocol) return false;
  return one.port === other.port || one.port === 0 || other.port === 0;
}
