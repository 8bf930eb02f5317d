/** Sockets of clients on a proxy's VIPs, whichever program holds them. */
import { contains, type Host, type ProxyState } from '@tricade/cluster';

/** Sockets of clients on the VIPs: every state but LISTEN and TIME_WAIT, of every worker. Grouped on the host by local address. */
export async function countSockets(host: Host, state: ProxyState): Promise<number> {
  const ports = [...new Set(state.frontends.flatMap(({ binds }) => binds.map(({ port }) => port)))];
  if (ports.length === 0) return 0;
  const filter = ports.map((port) => `sport = :${Math.trunc(port)}`).join(' or ');
  const { stdout } = await host.run(
    `ss -Htn state connected exclude time-wait '( ${filter} )' | awk '{ n[$4]++ } END { for (a in n) print n[a], a }'`,
  );
  return ownedOf(stdout, state);
}

/** Lines of `count address:port` → sockets that belong to a service. */
export function ownedOf(text: string, state: ProxyState): number {
  const binds = state.frontends.flatMap((frontend) => frontend.binds);
  const exact = new Set(binds.map(({ vip, port }) => `${vip} ${port}`));
  const prefixes = binds.filter(({ vip }) => vip.includes('/'));
  let owned = 0;
  for (const line of text.split('\n')) {
    const [, count, address = '', port] =
      /^(\d+) \[?([0-9a-f.:]+)\]?(?:%\w+)?:(\d+)$/.exec(line) ?? [];
    if (count === undefined) continue;
    const isOurs =
      exact.has(`${address} ${port}`) ||
      prefixes.some((bind) => bind.port === Number(port) && contains(bind.vip, address));
    if (isOurs) owned += Number(count);
  }
  return owned;
}
