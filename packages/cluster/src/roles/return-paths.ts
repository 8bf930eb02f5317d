/** Ways back through the director that a flow came by. */
import { addressBytes, ipFamily } from '../ip.ts';
import type { Address, ClusterNode, Leg } from '../model/intent.ts';
import type { ReturnPath } from '../model/role.ts';

const most = 0xffff;

/**
 * One way per director that stands on the network of `leg`. Its number is the last two bytes of its address there, so that it stays when other
 * directors come and go, and connections keep their mark; where two would have the same, the later one takes the next that is free.
 */
export function returnPaths(
  directors: readonly ClusterNode[],
  leg: Leg | undefined,
): readonly ReturnPath[] {
  const taken = new Set<number>();
  return directors.flatMap(({ name, legs }): ReturnPath[] => {
    const addresses = legs.find(({ network }) => network === leg?.network)?.addresses ?? [];
    if (addresses.length === 0) return [];
    let number = lastTwoBytes(addresses.find((address) => ipFamily(address) === 4) ?? addresses[0]);
    while (number === 0 || taken.has(number)) number = (number + 1) % (most + 1);
    taken.add(number);
    return [{ director: name, number, addresses }];
  });
}

function lastTwoBytes(address: Address = ''): number {
  const [high = 0, low = 0] = addressBytes(address).slice(-2);
  return (high << 8) | low;
}
