/** Segments without routers: one director at a time answers ARP and ND for the VIPs. */
import type { Cluster, Name } from '../model/intent.ts';
import type { Receiving } from '../model/live.ts';
import { nodesOf } from './nodes.ts';

/** True where VIPs are found by ARP and ND instead of routes. */
export function answersArp({ l4 }: Pick<Cluster, 'l4'>): boolean {
  return l4.announce.via === 'arp';
}

/**
 * The director that answers: the first of the file that has leave to receive. Nobody hands it over: every director computes it from the same feed, so who loses
 * leave, by drain or death, is followed by the next one.
 */
export function holderOf(
  cluster: Cluster,
  receiving: Readonly<Record<Name, Receiving>>,
): Name | undefined {
  return nodesOf(cluster, 'l4').find(({ name }) => receiving[name] !== undefined)?.name;
}

/** The driver that announces VIPs on directors. */
export function speakerDriver(cluster: Pick<Cluster, 'l4'>): 'arp' | 'bird' {
  return answersArp(cluster) ? 'arp' : 'bird';
}
