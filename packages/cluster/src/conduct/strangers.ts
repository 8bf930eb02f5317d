/**
 * Directors that were deleted from the cluster file while they received. Nobody knows their addresses any more, so they cannot be fenced; but no step
 * goes on before every router has shown to forward to nobody who is not a director of the file. Only BGP has that proof.
 */
import type { Name } from '../model/intent.ts';
import type { NodeReport } from '../model/seen.ts';
import { type Reason, reason } from '../reason.ts';
import { nodesOf } from '../roles.ts';
import type { Absence, ConductorMemory, ConductorView } from './view.ts';

/** Word of the wait for a router that forwards to an address which no director of the file has. Nothing here can end it. */
export const strangerWord = 'stranger';

/** Why the next step must wait for somebody whom the cluster file does not name. */
export function strangers(
  view: ConductorView,
  absent: ConductorMemory['absent'],
): readonly { readonly director: Name; readonly why: Reason }[] {
  if (view.cluster.l4.announce.via !== 'bgp') return [];
  const known = namesOf(view);
  const receiving = Object.keys(view.feed.receiving).filter((name) => !known.has(name));
  const unproven = Object.keys(absent).filter((name) => !known.has(name));
  const strange = routersAlive(view).flatMap((router) =>
    strangeHops(view, view.reports[router]).map((hop) => ({
      director: router,
      why: reason(strangerWord, `${router} forwards to ${hop}, which no director of the file has`),
    })),
  );
  return [
    ...receiving.map((name) => ({
      director: name,
      why: reason('receives', `${name} is not in the file and may receive traffic`),
    })),
    ...unproven.map((name) => ({
      director: name,
      why: reason('not-proven-absent', `routers may still forward to ${name}, which was deleted`),
    })),
    ...strange,
  ];
}

/** Deleted directors that had leave when this leader saw them last, until every router has shown to be without strangers since. */
export function deleted(view: ConductorView, memory: ConductorMemory): ConductorMemory['absent'] {
  const known = namesOf(view);
  const { epoch, revision, receiving } = view.feed;
  const lost = Object.keys(memory.present).filter((name) => receiving[name] === undefined);
  const names = [...Object.keys(memory.absent), ...lost].filter((name) => !known.has(name));
  const left: Record<Name, Absence> = {};
  for (const name of names) {
    const now = { epoch, revision, sinceMs: view.nowMs, hadLeave: true, provenBy: [] };
    const absence = memory.absent[name] ?? now;
    const provenBy = routersAlive(view).filter(
      (router) => absence.provenBy.includes(router) || shows(view, view.reports[router], absence),
    );
    if (provenBy.length < routersAlive(view).length) left[name] = { ...absence, provenBy };
  }
  return left;
}

/** A sample taken after the router applied the position in which the leave was gone, without strangers. */
function shows(view: ConductorView, report: NodeReport | undefined, since: Absence): boolean {
  if (report?.sample.nextHops === undefined || strangeHops(view, report).length > 0) return false;
  const { version, sample, appliedAtMs } = report;
  const later =
    version.epoch > since.epoch ||
    (version.epoch === since.epoch && version.revision >= since.revision);
  return later && sample.atMs >= appliedAtMs;
}

/** Link-local addresses are everybody's. */
function strangeHops(view: ConductorView, report: NodeReport | undefined): readonly string[] {
  const addresses = new Set(
    nodesOf(view.cluster, 'l4').flatMap(({ legs }) => legs.flatMap((leg) => leg.addresses)),
  );
  const hops = new Set(Object.values(report?.sample.nextHops ?? {}).flat());
  return [...hops].filter((hop) => !addresses.has(hop) && !/^fe[89ab]/i.test(hop));
}

function namesOf(view: ConductorView): ReadonlySet<Name> {
  return new Set(nodesOf(view.cluster, 'l4').map(({ name }) => name));
}

function routersAlive(view: ConductorView): readonly Name[] {
  return nodesOf(view.cluster, 'routers')
    .map(({ name }) => name)
    .filter((name) => view.feed.health[`routers/${name}`]?.dead !== true);
}
