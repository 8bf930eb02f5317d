/** Whether tunnelled packets fit into the networks that they cross. */
import {
  encapsulationOf,
  isTight,
  leastMssBytes,
  type TunnelRoom,
  tunnelRoom,
  vipFamily,
} from '../roles.ts';
import type { Demand, Ground } from './ground.ts';
import { mode, names, others, type Problem } from './problem.ts';

/**
 * Managed reals tell their clients to send smaller segments; datagrams know no such word, and nobody tells for reals that are not managed. Networks that have no
 * room even for the least that clients may send are refused.
 */
export function tunnelFits(ground: Ground, demand: Demand): Problem[] {
  const { cluster } = ground;
  if (demand.service.l4.mode !== 'tunnel') return [];
  const tight = demand.services
    .flatMap(({ vips }) => vips)
    .flatMap((vip) => {
      const room = tunnelRoom(cluster, vip, demand.reals);
      return room !== undefined && isTight(room) ? [{ vip, room }] : [];
    })
    .toSorted((one, other) => one.room.mssBytes - other.room.mssBytes);
  const hopeless = tight.find(({ vip, room }) => room.mssBytes < leastMssBytes[vipFamily(vip)]);
  if (hopeless !== undefined) return [withoutRoom(demand, hopeless.vip, hopeless.room)];
  const lossy = tight.find(({ vip }) => vipFamily(vip) === 6 && losesDatagrams(ground, demand));
  if (lossy !== undefined) return [silentLoss(demand, lossy.room)];
  const [worst] = tight;
  return worst === undefined ? [] : tightRoom(ground, demand, worst.room);
}

/** A kernel's VXLAN splits outer IPv4 packets that are too big; with IPv6 it drops them, and tells itself instead of the client. */
function losesDatagrams({ cluster }: Ground, { services }: Demand): boolean {
  const ports = services.flatMap((service) => service.ports);
  return (
    encapsulationOf(cluster.l4) === 'vxlan' && ports.some(({ protocol }) => protocol !== 'tcp')
  );
}

function silentLoss(demand: Demand, room: TunnelRoom): Problem {
  const { network, mtuBytes, overheadBytes, entryBytes } = room;
  const message =
    `network "${network}" carries ${mtuBytes} bytes and the tunnel takes ${overheadBytes}: IPv6 datagrams of more than ${mtuBytes - overheadBytes} ` +
    `to "${demand.service.name}"${others(demand)} would be lost, and nobody told`;
  const fix = `set \`mtu: ${entryBytes + overheadBytes}\` on network ${network} and its interfaces, or take \`l4: { driver: xdp }\``;
  return { code: 'TRI-T025', severity: 'error', path: mode(demand), message, fix };
}

function withoutRoom(demand: Demand, vip: string, room: TunnelRoom): Problem {
  const family = vipFamily(vip);
  const least = leastMssBytes[family];
  const message =
    `network "${room.network}" carries ${room.mtuBytes} bytes and the tunnel takes ${room.overheadBytes}: TCP segments of ` +
    `${room.mssBytes} fit, and clients of "${demand.service.name}"${others(demand)} may send ${least} (IPv${family})`;
  const fix = `set \`mtu: ${room.mtuBytes + least - room.mssBytes}\` or more on network ${room.network} and its interfaces`;
  return { code: 'TRI-T025', severity: 'error', path: mode(demand), message, fix };
}

function tightRoom({ cluster }: Ground, demand: Demand, room: TunnelRoom): Problem[] {
  const ports = demand.services.flatMap((service) => service.ports);
  const alone = demand.reals.filter(({ managed }) => !managed);
  const hasSegments = ports.some(({ protocol }) => protocol !== 'udp');
  const hasDatagrams = ports.some(({ protocol }) => protocol !== 'tcp');
  const untold = hasSegments ? alone : [];
  if (untold.length === 0 && !hasDatagrams) return [];
  const { network, mtuBytes, overheadBytes, entryBytes, mssBytes } = room;
  const large = encapsulationOf(cluster.l4) === 'vxlan' ? 'split' : 'refused by ICMP';
  const message =
    `packets of ${entryBytes} bytes and ${overheadBytes} bytes of tunnel make ${entryBytes + overheadBytes}; network "${network}" ` +
    `carries ${mtuBytes}, and "${demand.service.name}"${others(demand)} goes through it: ` +
    [
      ...(untold.length > 0 ? [`${names(untold)} must offer an MSS of ${mssBytes} at most`] : []),
      ...(hasDatagrams
        ? [`datagrams of more than ${mtuBytes - overheadBytes} bytes are ${large}`]
        : []),
    ].join(', and ');
  const fix =
    `set \`mtu: ${entryBytes + overheadBytes}\` on network ${network} and its interfaces` +
    (untold.length > 0
      ? `, \`managed: true\` on the servers, or on each: ip route change default via GATEWAY advmss ${mssBytes}`
      : '');
  return [{ code: 'TRI-T007', severity: 'warning', path: mode(demand), message, fix }];
}
