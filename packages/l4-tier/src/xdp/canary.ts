/** A packet of our own through the director's program, as the kernel would run it: what stands in maps is one thing, that it forwards another. */
import { randomBytes } from 'node:crypto';
import {
  addressBytes,
  contains,
  type DirectorLive,
  type DirectorState,
  type Guard,
  ipFamily,
} from '@tricade/cluster';
import { type Arm, macBytes } from './abi.ts';
import type { HelperClient } from './helper-client.ts';
import { programName } from './names.ts';

/** `XDP_DROP`; `XDP_TX`, `XDP_REDIRECT`. */
const dropping = '1';
const forwarding: readonly string[] = ['3', '4'];
const tries = 8;

interface CanaryInput {
  readonly state: DirectorState;
  readonly live: DirectorLive;
  readonly arm: Arm;
  /** The deny list has just changed: one of it is tried too. */
  readonly deniesAnew: boolean;
}

/**
 * Why a SYN to a service does not leave for one of its reals, or why one of a denied source does; undefined where both are right, or where no service
 * has a real that packets can reach. The packets are counted as any other.
 */
export async function canaryFault(
  client: HelperClient,
  { state, live, arm, deniesAnew }: CanaryInput,
): Promise<string | undefined> {
  const service = state.services.find(({ group, ports, vip }) => {
    const reals = live.tables[group]?.reals ?? [];
    const isTcp = ports.some(({ protocol }) => protocol !== 'udp');
    const isReady = reals.length > 0 && reals.every(isReachable);
    return isTcp && ipFamily(vip.split('/')[0] as string) !== 0 && isReady;
  });
  if (service === undefined) return undefined;
  const denied = deniesAnew ? await deniedFault(client, service, { state, arm }) : undefined;
  if (denied !== undefined) return denied;
  const macs = (live.tables[service.group]?.reals ?? []).map(({ mac }) => mac?.toLowerCase());
  let said = '';
  for (let port = 1024; port < 1024 + tries; port++) {
    const frame = canaryFrame(service, arm, { port, address: senderFor(service.vip, state.guard) });
    said = await client.ask(`test ${programName} ${frame.toString('base64')}`);
    const [verdict = '', packet = ''] = said.split(' ');
    const to = Buffer.from(packet, 'base64').subarray(0, 6).toString('hex');
    const mac = to.replace(/..(?=.)/g, '$&:');
    if (forwarding.includes(verdict) && macs.includes(mac)) return undefined;
  }
  return `a packet to ${service.service} is not sent to one of its reals (verdict ${said.split(' ')[0]})`;
}

async function deniedFault(
  client: HelperClient,
  service: DirectorState['services'][number],
  { state, arm }: Pick<CanaryInput, 'state' | 'arm'>,
): Promise<string | undefined> {
  const is6 = service.vip.includes(':');
  const cidr = state.guard?.deny?.find((each) => each.includes(':') === is6);
  if (cidr === undefined) return undefined;
  const address = cidr.split('/')[0] as string;
  const frame = canaryFrame(service, arm, { port: 1023, address });
  const [verdict] = (await client.ask(`test ${programName} ${frame.toString('base64')}`)).split(
    ' ',
  );
  return verdict === dropping
    ? undefined
    : `a packet of ${address} to ${service.service} is not dropped, though ${cidr} is denied (verdict ${verdict})`;
}

/** So many addresses are tried where those of loopback or of a link are denied: lists of what nobody has leave an eighth of IPv6. */
const mostSenders = 256;

/**
 * A sender of the VIP's family that is nobody and new with each try, so that no limit on sources holds it back: any address of loopback or of a link
 * (RFC 6890), and where a deny list covers that one, any address at all.
 */
export function senderFor(vip: string, guard: Guard | undefined): string {
  const is6 = vip.includes(':');
  const isDenied = (address: string) =>
    guard?.deny?.some((cidr) => contains(cidr, address)) === true;
  const local = is6 ? `fe80:${groupsOf(randomBytes(14))}` : `127.${[...randomBytes(3)].join('.')}`;
  let sender = local;
  for (let tried = 0; isDenied(sender) && tried < mostSenders; tried++)
    sender = is6 ? groupsOf(randomBytes(16)) : [...randomBytes(4)].join('.');
  return sender;
}

function groupsOf(bytes: Buffer): string {
  return (bytes.toString('hex').match(/..../g) ?? []).join(':');
}

/** Whether nobody but a canary sends from there: no network routes such a source (unless a deny list made it take another). */
export function isCanarySender(address: string): boolean {
  return address.startsWith('127.') || address.startsWith('fe80:');
}

function isReachable(real: DirectorLive['tables'][string]['reals'][number]): boolean {
  return real.mac !== undefined && !real.dead;
}

/** A SYN in an Ethernet frame; checksums are not looked at by directors. */
export function canaryFrame(
  service: DirectorState['services'][number],
  arm: Arm,
  from: { readonly port: number; readonly address: string },
): Buffer {
  const vip = service.vip.split('/')[0] as string;
  const family = ipFamily(vip) as 4 | 6;
  const port = service.ports.find(({ protocol }) => protocol !== 'udp')?.port;
  const tcp = Buffer.alloc(20);
  tcp.writeUInt16BE(from.port, 0);
  tcp.writeUInt16BE(port === undefined || port === 0 ? 80 : port, 2);
  tcp.set([0x50, 0x02, 0xff, 0xff], 12);
  const ethernet = Buffer.alloc(14);
  ethernet.set(macBytes(arm.mac));
  ethernet.set([0x02, 0, 0, 0, 0, 0x01], 6);
  ethernet.writeUInt16BE(family === 4 ? 0x0800 : 0x86dd, 12);
  return Buffer.concat([ethernet, header(family, [from.address, vip]), tcp]);
}

function header(family: 4 | 6, ends: readonly [source: string, destination: string]): Buffer {
  const fixed =
    family === 4 ? [0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0] : [0x60, 0, 0, 0, 0, 20, 6, 64];
  return Buffer.concat([Buffer.from(fixed), ...ends.map(addressBytes)]);
}
