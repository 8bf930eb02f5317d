/** The invariants of a running cluster, judged from what is live and what is reported. Run by rollouts between waves, and in tests. */
import { finding } from './check-finding.ts';
import { addressesOf, directorsOf } from './conduct/acks.ts';
import { membersOf } from './conduct/members.ts';
import type { ConductorView } from './conduct/view.ts';
import { standingOf } from './lifecycle.ts';
import type { Finding } from './model/plan.ts';
import type { TableGroup } from './model/role.ts';
import type { Snapshot } from './model/seen.ts';
import { tableGroups } from './roles.ts';
import { tableDigest } from './table/digest.ts';
import { currentOf } from './table/word.ts';

/** What of the conductor's view the invariants speak of. */
export type Checked = Pick<
  ConductorView,
  'cluster' | 'generation' | 'groups' | 'feed' | 'reports' | 'wallMs'
>;

/** Every invariant that does not hold. Empty: all is well. */
export function checkLive(live: Checked): readonly Finding[] {
  return [
    ...live.groups.flatMap((group) => tableFindings(live, group)),
    ...directorFindings(live),
    ...routerFindings(live),
    ...poolFindings(live),
  ];
}

/** `checkLive` on a snapshot: what a rollout asks between its waves. */
export function checkSnapshot(snapshot: Snapshot): readonly Finding[] {
  const { cluster, generation, feed, reports, atMs } = snapshot;
  const groups = tableGroups(cluster, generation);
  return checkLive({ cluster, generation, groups, feed, reports, wallMs: atMs });
}

function tableFindings(live: Checked, group: TableGroup): readonly Finding[] {
  const table = live.feed.tables[group.group];
  if (table === undefined) return [];
  const findings: Finding[] = [];
  const name = `table of ${group.group}`;
  if (table.rows.length !== group.size) {
    const text = `the ${name} has ${table.rows.length} rows, the group ${group.size}`;
    findings.push(finding('TRI-P010', 'error', text));
  }
  if (tableDigest(table.rows) !== table.digest) {
    findings.push(
      finding('TRI-P009', 'error', `the ${name} at step ${table.step} is not what its digest says`),
    );
  }
  const owners = new Set<number>();
  for (const word of table.rows) owners.add(currentOf(word));
  const members = membersOf(live, group);
  const ids = new Set(members.map(({ id }) => id));
  const unknown = [...owners].filter((id) => !ids.has(id));
  if (unknown.length > 0) {
    const text = `rows of the ${name} name ${unknown.map((id) => `real ${id}`).join(', ')}`;
    findings.push(finding('TRI-P003', 'error', text));
  }
  if (!members.some((member) => member.takesNewFlows && member.weight > 0)) {
    findings.push(
      finding(
        'TRI-P004',
        'error',
        `none of the ${members.length} reals of ${group.group} takes new flows`,
      ),
    );
  }
  return findings;
}

function directorFindings(live: Checked): readonly Finding[] {
  const findings: Finding[] = [];
  const { tables, receiving } = live.feed;
  const directors = directorsOf(live);
  for (const { name } of directors) {
    const report = live.reports[name];
    if (report === undefined) continue;
    if (receiving[name] === undefined && report.announcing.length > 0) {
      findings.push(
        finding(
          'TRI-P002',
          'error',
          `${name} announces ${report.announcing.join(', ')} without leave`,
        ),
      );
    }
    for (const table of Object.values(tables)) {
      const ack = report.steps[table.group];
      if (ack === undefined) continue;
      if (ack.step === table.step && ack.digest !== table.digest) {
        findings.push(
          finding(
            'TRI-P001',
            'error',
            `${name} has other rows at step ${table.step} of ${table.group}`,
          ),
        );
      }
      if (receiving[name] !== undefined && table.step - ack.step > 1) {
        const text = `${name} is at step ${ack.step} of ${table.group}, the feed at ${table.step}`;
        findings.push(finding('TRI-P006', 'warning', text));
      }
    }
  }
  if (
    directors.length > 0 &&
    Object.keys(tables).length > 0 &&
    Object.keys(receiving).length === 0
  ) {
    findings.push(
      finding('TRI-P012', 'error', `none of ${directors.length} directors may receive`),
    );
  }
  return findings;
}

function routerFindings(live: Checked): readonly Finding[] {
  const { receiving } = live.feed;
  if (Object.keys(receiving).length === 0) return [];
  const without = directorsOf(live).filter(({ name }) => receiving[name] === undefined);
  return live.cluster.nodes
    .filter((node) => node.tier === 'routers')
    .flatMap((router) => {
      const nextHops = live.reports[router.name]?.sample.nextHops ?? {};
      const empty = Object.keys(nextHops).filter((prefix) => nextHops[prefix]?.length === 0);
      const hops = new Set(Object.values(nextHops).flat());
      const wrong = without.filter((director) =>
        addressesOf(director).some((address) => hops.has(address)),
      );
      return [
        ...empty.map((prefix) =>
          finding('TRI-P005', 'error', `${router.name} has no next hop for ${prefix}`),
        ),
        ...wrong.map(({ name }) =>
          finding(
            'TRI-P011',
            'error',
            `${router.name} forwards to ${name}, which has no leave to receive`,
          ),
        ),
      ];
    });
}

function poolFindings(live: Checked): readonly Finding[] {
  return live.cluster.pools
    .filter((pool) => {
      const takes = pool.servers.some(({ name, weight }) => {
        const standing = standingOf(
          { member: `${pool.name}/${name}`, node: name },
          live.feed,
          live.wallMs,
        );
        return standing.takesNewFlows && weight > 0;
      });
      return !takes && !live.groups.some(({ group }) => group === pool.name);
    })
    .map((pool) =>
      finding(
        'TRI-P008',
        'error',
        `none of ${pool.servers.length} servers of ${pool.name} takes new requests`,
      ),
    );
}
