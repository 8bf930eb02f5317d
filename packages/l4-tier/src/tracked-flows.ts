/** Room for as many flows in the kernel's connection tracking as the cluster file asks for. Parsing is pure. */
import type { Artifact, Bundle, Host } from '@tricade/cluster';
import { oneshotUnit } from './oneshot-unit.ts';

const scriptFile = '/etc/tricade/tracked-flows.sh';
const unitName = 'tricade-tracked-flows.service';
const maxFile = '/proc/sys/net/netfilter/nf_conntrack_max';

/**
 * Both settings are the kernel's, not the namespace's: containers are refused, which is told and stops nothing. As many buckets as flows: a flow lies in two lists,
 * one a direction, so lists have two flows when the table is full. What is more already stays.
 */
const script = (flows: number) => `#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
modprobe nf_conntrack 2>/dev/null
cd /proc/sys/net/netfilter || exit 0
for each in nf_conntrack_buckets nf_conntrack_max; do
  [ "$(cat $each)" -ge ${flows} ] || { echo ${flows} > $each; } 2>/dev/null || echo "$each stays at $(cat $each), not ${flows}: this kernel does not let it be raised here" >&2
done
exit 0
`;

const unit = oneshotUnit({
  description: 'Tricade room for tracked flows',
  after: 'network.target tricade-director.service tricade-return-paths.service',
  start: `/bin/sh ${scriptFile}`,
});

/** What a role gets besides where its node tracks flows; nothing where it tracks none. */
export function trackedFlowsParts(
  flows: number | undefined,
): Pick<Bundle, 'files' | 'units' | 'activate'> {
  if (flows === undefined) return { files: [], units: [], activate: [] };
  const files: readonly Artifact[] = [
    { path: scriptFile, mode: 0o755, content: { text: script(flows) } },
    { path: `/etc/systemd/system/${unitName}`, mode: 0o644, content: { text: unit } },
  ];
  return { files, units: [unitName], activate: [`systemctl reload ${unitName}`] };
}

/** One sentence where the kernel tracks fewer flows than wanted. */
export function roomWarnings(max: string, flows: number | undefined): readonly string[] {
  const has = Number(max);
  if (flows === undefined || !(has < flows)) return [];
  return [
    `connection tracking has room for ${has} flows, not ${flows}: above that new ones are dropped (a container cannot raise nf_conntrack_max, its machine can)`,
  ];
}

/** The same, asked of the host; nothing where the kernel tracks no flows yet. */
export async function lackingRoom(
  host: Host,
  flows: number | undefined,
): Promise<readonly string[]> {
  if (flows === undefined) return [];
  const { code, stdout } = await host.run(`cat ${maxFile}`);
  return code === 0 ? roomWarnings(stdout, flows) : [];
}
