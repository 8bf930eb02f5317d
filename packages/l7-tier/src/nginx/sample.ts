/** What a proxy measures of itself. */
import type { Host, ProxyState, Sample } from '@tricade/cluster';
import { countSockets } from '../owned-sockets.ts';
import { askControl, type Counted, parseCounts } from './control.ts';

/**
 * Requests and sockets of all workers, also of those that a reload has replaced: a server or a proxy is empty when none of them holds anything.
 * `counters` are requests since nginx started. Throws TRI-H010 where the proxy does not answer.
 */
export async function sampleProxy(host: Host, state: ProxyState): Promise<Sample> {
  const [text, ownedSockets] = await Promise.all([
    askControl(host, 'counts'),
    countSockets(host, state),
  ]);
  const counts = [...parseCounts(text)];
  const of = (figure: keyof Counted) =>
    Object.fromEntries(counts.map(([member, counted]) => [member, counted[figure]]));
  return {
    atMs: Date.now(),
    flows: of('now'),
    counters: of('all'),
    errors: of('errors'),
    ownedSockets,
  };
}
