/** How large the TCP segments may be that a receiver asks clients for: it answers them past the tunnel that their packets come by. */
import type { Address, Cidr, Cluster, ClusterNode, Service } from '../model/intent.ts';
import type { SegmentCap } from '../model/role.ts';
import { isTight, tunnelRoom } from './tunnel-room.ts';

/** One cap a VIP, in the order of the services; none where the networks have room for all that comes. */
export function segmentCaps(
  cluster: Cluster,
  node: ClusterNode,
  services: readonly Service[],
): readonly SegmentCap[] {
  const caps = new Map<Address | Cidr, number>();
  const tunnelled = services.filter(
    ({ l4, ports }) => l4.mode === 'tunnel' && ports.some(({ protocol }) => protocol !== 'udp'),
  );
  for (const vip of tunnelled.flatMap(({ vips }) => vips)) {
    const room = tunnelRoom(cluster, vip, [node]);
    if (room !== undefined && isTight(room)) caps.set(vip, room.mssBytes);
  }
  return [...caps].map(([vip, mssBytes]) => ({ vip, mssBytes }));
}
