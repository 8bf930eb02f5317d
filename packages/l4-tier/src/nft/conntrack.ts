/** Translated flows as the kernel's connection tracking holds them: counted by real, dropped with a dead one. Parsing is pure. */
import { type DirectorLive, type DirectorState, type Host, TricadeError } from '@tricade/cluster';
import { tablesOf } from './elements.ts';
import { fullNatBit, idMask } from './nat-rules.ts';

/**
 * Counts by mark on the host itself: a listing of 100,000 flows is 20 MB of text. TCP that is over for both sides is left out, for it would hold up a
 * drain for two minutes more; marks of others, which are not ids, are left out by who reads.
 */
const countScript = `for family in ipv4 ipv6; do conntrack -L -f $family 2>/dev/null; done |
  awk '$4 != "TIME_WAIT" && $4 != "CLOSE" && match($0, / mark=[0-9]+/) { flows[substr($0, RSTART + 6, RLENGTH - 6)]++ }
    END { for (mark in flows) print mark, flows[mark] }'`;

/** Lines `mark count` → flows by id of the real. */
export function parseMarks(output: string): ReadonlyMap<number, number> {
  const flows = new Map<number, number>();
  for (const line of output.split('\n')) {
    const [mark = 0, count = 0] = line.split(' ').map(Number);
    const id = mark & idMask;
    if (id === 0 || (mark & ~(idMask | fullNatBit)) !== 0) continue;
    flows.set(id, (flows.get(id) ?? 0) + count);
  }
  return flows;
}

/** Throws TRI-D09. */
export async function trackedFlows(host: Host): Promise<ReadonlyMap<number, number>> {
  const { code, stdout, stderr } = await host.run(
    `command -v conntrack >/dev/null && ${countScript}`,
  );
  if (code !== 0) throw untracked(host, stderr);
  return parseMarks(stdout);
}

/** Reals whose flows were dropped since they died, by host. */
const forgotten = new WeakMap<Host, ReadonlySet<number>>();

/** Deleting waits for no flow, but walks the whole table: so long at most, and the rest with the next steering. */
const forgetWithinS = 10;

/**
 * Drops the flows of reals that have died, once for each death: their clients' next packets are those of unknown flows, go to another real, and are
 * reset by it, instead of being sent to nobody until the client gives up. Throws TRI-D09.
 */
export async function forgetDead(
  host: Host,
  state: DirectorState,
  live: DirectorLive,
): Promise<void> {
  if (!tablesOf(state).includes('inet')) return;
  const reals = Object.values(live.tables).flatMap((table) => table.reals);
  const dead = new Set(reals.flatMap(({ id, dead: isDead }) => (isDead ? [id] : [])));
  const before = forgotten.get(host) ?? new Set();
  const fresh = [...dead].filter((id) => !before.has(id));
  if (fresh.length > 0) {
    const { code, stderr } = await host.run(forgetScript(fresh), {
      timeoutMs: 2 * forgetWithinS * 1_000,
    });
    if (code !== 0) throw untracked(host, stderr);
  }
  forgotten.set(host, dead);
}

/** conntrack(8) exits with 1 where it found nothing to delete: only that it is there, and that it ended in time, is to be seen. */
export function forgetScript(ids: readonly number[]): string {
  const each = ids.flatMap((id) => [id, id | fullNatBit]).join(' ');
  return `command -v conntrack >/dev/null || exit
for mark in ${each}; do for family in ipv4 ipv6; do
  timeout ${forgetWithinS} conntrack -D -f $family --mark $mark >/dev/null 2>&1 || [ $? -ne 124 ] || exit 124
done; done`;
}

const useScript = `cd /proc/sys/net/netfilter && cat nf_conntrack_count nf_conntrack_max
awk 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR > 1 { print $at["insert_failed"], $at["drop"] }' /proc/net/stat/nf_conntrack`;

/** Hexadecimal columns of each processor: refused insertions, and all that was dropped, these among them. */
export function parseUse(output: string): readonly string[] {
  const [count, max, ...cpus] = output.trim().split('\n');
  const sum = (column: number) =>
    cpus.reduce((all, line) => all + Number.parseInt(line.split(' ')[column] ?? '0', 16), 0);
  return [
    `connection tracking: ${count} of ${max} flows`,
    `connection tracking: ${sum(0)} first packets dropped for want of a free port, ${Math.max(0, sum(1) - sum(0))} for want of room`,
  ];
}

/** How full the kernel's table is, and what it has refused since boot, as notes. */
export async function tableUse(host: Host): Promise<readonly string[]> {
  const { code, stdout } = await host.run(useScript);
  return code === 0 ? parseUse(stdout) : ['connection tracking cannot be read'];
}

function untracked(host: Host, stderr: string): TricadeError {
  const why = stderr.trim().split('\n')[0] || 'conntrack(8) does not run';
  return new TricadeError('TRI-D09', why, { node: host.name });
}
