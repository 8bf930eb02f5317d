/** Values that are read, shown and kept, and that nobody acts upon: told as warnings, never silent. */
import type { Cluster, ServicePort } from '../model/intent.ts';
import type { Draft } from './read-cluster.ts';
import type { Reading } from './reading.ts';
import type { KeyPath } from './source-tree.ts';
import { type CheckSpec, entries } from './spec-file.ts';
import { listed } from './words.ts';

/** One warning for each value of the file without effect. Defaults are not told of: nobody wrote them. */
export function warnOfNoEffect({ cluster, reading }: Draft): void {
  warnOfGates(reading);
  warnOfDirectors(cluster, reading);
  warnOfProxies(cluster, reading);
  const proxied = new Set(cluster.services.flatMap(({ l7 }) => (l7 ? [l7.pool] : [])));
  const fed = new Set(cluster.services.flatMap(({ l4 }) => l4.pool ?? []));
  for (const [name, spec] of entries(reading.file.pools)) {
    if (spec?.balance !== undefined && fed.has(name) && !proxied.has(name)) {
      const message = `directors feed pool "${name}" by the rows of their table: "balance" is for proxies`;
      reading.report.warning('TRI-C050', { path: ['pools', name, 'balance'] }, message);
    }
    warnOfCheck(name, spec?.check, reading);
    for (const [server, given] of entries(spec?.servers)) {
      if (typeof given !== 'object' || given.management === undefined || given.managed) continue;
      const path = ['pools', name, 'servers', server, 'management'];
      const message = `"${server}" is not managed: nobody logs in there`;
      const fix = 'take it out, or write `managed: true`';
      reading.report.warning('TRI-C050', { path, part: 'key' }, { message, fix });
    }
  }
}

function warnOfGates({ file, report }: Reading): void {
  const gates = Object.keys(file.rollout?.gates ?? {});
  if (gates.length === 0) return;
  const message = `gates are not judged yet (${listed(gates)}): no rollout is stopped by failed requests`;
  const effect =
    'None: rollouts stop at steps that fail, and at invariants that do not hold any more after a wave.';
  const fix = 'watch the service yourself between `tricade plan --out` and `tricade apply`';
  const place = { path: ['rollout', 'gates'], part: 'key' } as const;
  report.warning('TRI-C050', place, { message, effect, fix });
}

function warnOfProxies({ l7 }: Cluster, { file, report }: Reading): void {
  if (l7.driver !== 'nginx' || file.l7?.timeouts?.queue === undefined) return;
  const message = 'nginx has no queue: what is over "maxConnections" is answered 503 at once';
  report.warning('TRI-C050', { path: ['l7', 'timeouts', 'queue'], part: 'key' }, message);
}

function warnOfDirectors({ l4, services }: Cluster, { file, report }: Reading): void {
  const warn = (path: KeyPath, message: string) =>
    report.warning('TRI-C050', { path, part: 'key' }, message);
  const { via } = l4.announce;
  if (via !== 'bgp' && file.l4?.announce?.holdTime !== undefined)
    warn(
      ['l4', 'announce', 'holdTime'],
      `hold times are of BGP, and VIPs are announced via ${via}`,
    );
  if (l4.guard?.limit && services.every(({ ports }) => ports.every(isUdp)))
    warn(['l4', 'limit'], 'a limit counts new TCP connections, and no service takes TCP');
  const tracks = services.some(({ l4: { mode } }) => mode === 'dnat' || mode === 'full-nat');
  if (file.l4?.trackedFlows !== undefined && !tracks)
    warn(['l4', 'trackedFlows'], `no service is in a mode in which flows are remembered`);
}

const isUdp = ({ protocol }: ServicePort): boolean => protocol === 'udp';

/** Only requests have a host and a status. */
function warnOfCheck(pool: string, check: CheckSpec | undefined, { report }: Reading): void {
  if (typeof check !== 'object' || check.http !== undefined) return;
  for (const key of ['host', 'status'] as const) {
    if (check[key] === undefined) continue;
    const message = `"${key}" belongs to a check by http, and that of "${pool}" is none`;
    report.warning('TRI-C050', { path: ['pools', pool, 'check', key] }, message);
  }
}
