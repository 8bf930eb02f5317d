/** A packet of our own through the director's program, as the kernel would run it: what stands in maps is one thing, that it forwards another. */
import { addressBytes, type DirectorLive, type DirectorState, ipFamily } from '@tricade/cluster';
import { type Arm, macBytes } from './abi.ts';
import type { HelperClient } from './helper-client.ts';
import { programName } from './names.ts';

/** `XDP_TX`, `XDP_REDIRECT`. */
const forwarding: readonly string[] = ['3', '4'];
/** Senders that nobody is (RFC 5737, RFC 3849), one for each try. */
const senders = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;
const tries = 8;

interface CanaryInput {
  readonly state: DirectorState;
  readonly live: DirectorLive;
  readonly arm: Arm;
}

/**
 * Why a SYN to a service does not leave for one of its reals; undefined where it does, or where no service has a real that is reachable yet. The
 * packet is counted as any other.
 */
export async function canaryFault(
  client: HelperClient,
  { state, live, arm }: CanaryInput,
): Promise<string | undefined> {
  const service = state.services.find(({ group, ports, vip }) => {
    const reals = live.tables[group]?.reals ?? [];
    const isTcp = ports.some(({ protocol }) => protocol !== 'udp');
    return isTcp && ipFamily(vip.split('/')[0] as string) !== 0 && reals.every(isReachable);
  });
  if (service === undefined || (live.tables[service.group]?.reals.length ?? 0) === 0)
    return undefined;
  const macs = (live.tables[service.group]?.reals ?? []).map(({ mac }) => mac?.toLowerCase());
  let said = '';
  for (let port = 1024; port < 1024 + tries; port++) {
    const frame = canaryFrame(service, arm, port);
    said = await client.ask(`test ${programName} ${frame.toString('base64')}`);
    const [verdict = '', packet = ''] = said.split(' ');
    const to = Buffer.from(packet, 'base64').subarray(0, 6).toString('hex');
    const mac = to.replace(/..(?=.)/g, '$&:');
    if (forwarding.includes(verdict) && macs.includes(mac)) return undefined;
  }
  return `a packet to ${service.service} is not sent to one of its reals (verdict ${said.split(' ')[0]})`;
}

function isReachable(real: DirectorLive['tables'][string]['reals'][number]): boolean {
  return real.mac !== undefined && !real.dead;
}

/** A SYN in an Ethernet frame; checksums are not looked at by directors. */
export function canaryFrame(
  service: DirectorState['services'][number],
  arm: Arm,
  sourcePort: number,
): Buffer {
  const vip = service.vip.split('/')[0] as string;
  const family = ipFamily(vip) as 4 | 6;
  const port = service.ports.find(({ protocol }) => protocol !== 'udp')?.port;
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(sourcePort, 0);
  tcp.writeUInt16BE(port === undefined || port === 0 ? 80 : port, 2);
  tcp.set([0x50, 0x02, 0xff, 0xff], 12);
  const ethernet = Buffer.alloc(14);
  ethernet.set(macBytes(arm.mac));
  ethernet.set([0x02, 0, 0, 0, 0, 0x01], 6);
  ethernet.writeUInt16BE(family === 4 ? 0x0800 : 0x86dd, 12);
  return Buffer.concat([ethernet, header(family, vip), tcp]);
}

function header(family: 4 | 6, vip: string): Buffer {
  const ends = [addressBytes(senders[family]), addressBytes(vip)];
  const fixed =
    family === 4 ? [0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0] : [0x60, 0, 0, 0, 0, 20, 6, 64];
  return Buffer.concat([Buffer.from(fixed), ...ends]);
}
