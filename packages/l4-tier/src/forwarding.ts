/** What a kernel needs that sends translated packets on by its routes. Pure. */
import { type DirectorState, deviceKey } from '@tricade/cluster';

type Service = DirectorState['services'][number];

/** True where addresses are rewritten, and answers come by the director. nft: by the inet table; the other modes are the netdev table's. */
export function translates({ mode }: Pick<Service, 'mode'>): boolean {
  return mode === 'dnat' || mode === 'full-nat';
}

/**
 * Packets are forwarded, also back out of the device they came by, without telling their senders of a shorter way; answers come in from reals that the
 * kernel would ask elsewhere for. Nothing where no service is translated. IPv6 has one switch for the whole host.
 */
export function forwardingSysctls({
  services,
  legs,
}: Pick<DirectorState, 'services' | 'legs'>): Readonly<Record<string, string>> {
  const translated = services.filter(translates);
  if (translated.length === 0) return {};
  const keys: Record<string, string> = { 'net.ipv4.conf.all.send_redirects': '0' };
  for (const { device } of legs) {
    keys[deviceKey({ family: 4, device, leaf: 'forwarding' })] = '1';
    keys[deviceKey({ family: 4, device, leaf: 'send_redirects' })] = '0';
    keys[deviceKey({ family: 4, device, leaf: 'rp_filter' })] = '2';
  }
  if (translated.some(({ vip }) => vip.includes(':'))) keys['net.ipv6.conf.all.forwarding'] = '1';
  return keys;
}
