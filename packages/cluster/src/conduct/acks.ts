/** Who has which step, and who is proven to receive nothing. */

import type { ClusterNode, Name } from '../model/intent.ts';
import type { Table } from '../model/live.ts';
import type { NodeReport } from '../model/seen.ts';
import { type Reason, reason } from '../reason.ts';
import { ecmpGroup, nodesOf } from '../roles.ts';
import { deleted, strangers } from './strangers.ts';
import type { Absence, ConductorMemory, ConductorView, SeenSince } from './view.ts';

/** True where the node reports the table at this very step, with this content, read back from its data plane. */
export function hasAcked(report: NodeReport | undefined, table: Table): boolean {
  const ack = report?.steps[table.group];
  return ack?.step === table.step && ack.digest === table.digest;
}

export function directorsOf(view: Pick<ConductorView, 'cluster'>): readonly ClusterNode[] {
  return nodesOf(view.cluster, 'l4');
}

export function addressesOf(node: ClusterNode): readonly string[] {
  return node.legs.flatMap((leg) => leg.addresses);
}

/** Routers whose word is needed: all but those whose kernel is gone. */
export function routersToAsk(view: ConductorView): readonly ClusterNode[] {
  return nodesOf(view.cluster, 'routers').filter(
    (router) => view.feed.health[`routers/${router.name}`]?.dead !== true,
  );
}

/**
 * Directors without leave to receive, with the routers that have shown since to forward nothing to them: a sample of the FIB, taken after the
 * router had applied the position of the feed at which the director had no leave any more. Once shown it counts until the director
 * gets leave again or a router lists it.
 */
export function absences(view: ConductorView, memory: ConductorMemory): ConductorMemory['absent'] {
  const { feed } = view;
  const absent: Record<Name, Absence> = {};
  for (const director of directorsOf(view)) {
    if (feed.receiving[director.name] !== undefined) continue;
    const before = memory.absent[director.name] ?? {
      epoch: feed.epoch,
      revision: feed.revision,
      sinceMs: view.nowMs,
      hadLeave: memory.present[director.name] !== undefined,
      provenBy: [],
    };
    const addresses = new Set(addressesOf(director));
    const provenBy = routersToAsk(view)
      .filter(
        ({ name }) =>
          lacks(view.reports[name], addresses, before) ?? before.provenBy.includes(name),
      )
      .map(({ name }) => name);
    absent[director.name] = { ...before, provenBy };
  }
  return { ...absent, ...deleted(view, memory) };
}

/** Who has leave to receive, and since when this leader has seen it so; directors that the cluster file names no more among them. */
export function presences(
  view: ConductorView,
  memory: ConductorMemory,
): ConductorMemory['present'] {
  const { epoch, revision } = view.feed;
  const now = { epoch, revision, sinceMs: view.nowMs };
  return Object.fromEntries(
    Object.keys(view.feed.receiving).map((name) => [name, memory.present[name] ?? now]),
  );
}

/** Whether a router's report lists none of the addresses; undefined where it is no proof of anything. */
function lacks(
  report: NodeReport | undefined,
  addresses: ReadonlySet<string>,
  since: Absence,
): boolean | undefined {
  const nextHops = report?.sample.nextHops;
  if (report === undefined || nextHops === undefined) return undefined;
  if (Object.values(nextHops).some((hops) => hops.some((hop) => addresses.has(hop)))) return false;
  return hasReached(report, since) && report.sample.atMs >= report.appliedAtMs ? true : undefined;
}

/** True where the node had applied the feed's position when it reported. */
export function hasReached(
  { version }: NodeReport,
  since: Pick<SeenSince, 'epoch' | 'revision'>,
): boolean {
  return (
    version.epoch > since.epoch ||
    (version.epoch === since.epoch && version.revision >= since.revision)
  );
}

/**
 * Undefined where the director receives nothing for certain; else why that is not known. BGP: the routers' FIBs are the proof. VRRP, ARP: what the
 * director itself reads back; with ARP also that its kernel answers nobody, for then it answers no ARP. Static routes: nothing is, since nobody takes them away.
 */
export function notProvenAbsent(
  view: ConductorView,
  absent: ConductorMemory['absent'],
  director: ClusterNode,
): Reason | undefined {
  const { name } = director;
  const absence = absent[name];
  if (absence === undefined) return reason('receives', `${name} may receive traffic`);
  const { via } = view.cluster.l4.announce;
  const isAlone = via === 'vrrp' || via === 'arp';
  if (isAlone && withdrewItself(view.reports[name], absence)) return undefined;
  if (via === 'arp' && view.feed.health[`${ecmpGroup}/${name}`]?.dead === true) return undefined;
  const routers = via === 'bgp' ? routersToAsk(view) : [];
  if (routers.length === 0) {
    return reason(
      'cannot-be-fenced',
      `no router can be asked whether ${name} still receives traffic`,
    );
  }
  const missing = routers.filter((router) => !absence.provenBy.includes(router.name));
  if (missing.length === 0) return undefined;
  const names = missing.map((router) => router.name).join(', ');
  return reason('not-proven-absent', `${names} may still forward to ${name}`);
}

function withdrewItself(report: NodeReport | undefined, since: Absence): boolean {
  return report !== undefined && report.announcing.length === 0 && hasReached(report, since);
}

/** Directors for whose sake the next step must wait, with the reason of each. Empty: the step in flight is done. */
export function holdUps(
  view: ConductorView,
  absent: ConductorMemory['absent'],
  table: Table,
): readonly { readonly director: Name; readonly why: Reason }[] {
  const own = directorsOf(view).flatMap((director) => {
    const { name } = director;
    const report = view.reports[name];
    if (hasAcked(report, table)) return [];
    if (view.feed.receiving[name] === undefined) {
      const why = notProvenAbsent(view, absent, director);
      return why === undefined ? [] : [{ director: name, why }];
    }
    return [{ director: name, why: notAcked(report, table, name) }];
  });
  return [...own, ...strangers(view, absent)];
}

function notAcked(report: NodeReport | undefined, table: Table, name: Name): Reason {
  const ack = report?.steps[table.group];
  if (ack === undefined) return reason('not-acked', `${name} reports no table of ${table.group}`);
  if (ack.step > table.step) {
    return reason(
      'ahead',
      `${name} holds step ${ack.step} of ${table.group}, newer than ${table.step}: adopt it first`,
    );
  }
  const has = ack.step === table.step ? 'other rows at it' : `step ${ack.step}`;
  return reason('not-acked', `${name} has not acked step ${table.step} of ${table.group} (${has})`);
}
