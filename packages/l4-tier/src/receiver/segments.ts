/**
 * Segments that fit into a tunnel: a receiver answers clients directly, so only its own SYN-ACK can tell them that what they send takes a narrower way. A rule
 * lowers the MSS option (RFC 9293, section 3.7.1) in what leaves in a VIP's name; nft never raises it. Pure.
 */
import {
  type Artifact,
  type Bundle,
  parsePrefix,
  type ReceiverState,
  type SegmentCap,
  TricadeError,
} from '@tricade/cluster';
import { oneshotUnit } from '../oneshot-unit.ts';

export const segmentsTable = 'tricade_segments';
const rulesFile = '/etc/tricade/receiver-segments.nft';
const unitName = 'tricade-receiver-segments.service';

/** Below this Linux takes an MSS for a mistake (`TCP_MIN_MSS`); above it is no 16-bit number. */
const range = { least: 88, most: 65_535 } as const;

/** Throws TRI-D06 for a VIP or a number that is none. */
function ruleOf({ vip, mssBytes }: SegmentCap): string {
  const prefix = parsePrefix(vip);
  const isPossible =
    Number.isInteger(mssBytes) && mssBytes >= range.least && mssBytes <= range.most;
  if (prefix === undefined || !isPossible)
    throw new TricadeError('TRI-D06', `${JSON.stringify(vip)} cannot have an MSS of ${mssBytes}`);
  const ip = prefix.family === 4 ? 'ip' : 'ip6';
  const source = `${ip} saddr ${prefix.address}/${prefix.length}`;
  return `    ${source} tcp flags syn / syn,rst tcp option maxseg size set ${mssBytes}\n`;
}

function rulesText(caps: readonly SegmentCap[]): string {
  return `# Written by Tricade from the cluster file; changes here are lost.
table inet ${segmentsTable} { }
flush table inet ${segmentsTable}
table inet ${segmentsTable} {
  chain output {
    type filter hook output priority mangle; policy accept;
${caps.map(ruleOf).join('')}  }
}
`;
}

const unit = oneshotUnit({
  description: 'Tricade segments that fit into tunnels',
  start: `nft -f ${rulesFile}`,
  stop: `nft delete table inet ${segmentsTable}`,
});

/** What a receiver gets besides where clients send more than tunnels carry; nothing where all fits. Throws TRI-D06. */
export function segmentParts({
  segmentCaps = [],
}: ReceiverState): Pick<Bundle, 'packages' | 'files' | 'checks' | 'units' | 'activate'> {
  if (segmentCaps.length === 0)
    return { packages: [], files: [], checks: [], units: [], activate: [] };
  const file = (path: string, text: string): Artifact => ({ path, mode: 0o644, content: { text } });
  return {
    packages: ['nftables'],
    files: [file(rulesFile, rulesText(segmentCaps)), file(`/etc/systemd/system/${unitName}`, unit)],
    checks: [`nft -c -f "$STAGE${rulesFile}"`],
    units: [unitName],
    activate: [`systemctl reload ${unitName}`],
  };
}

/** Script that prints the rules as the kernel has them. */
export const segmentsScript: string = `nft list chain inet ${segmentsTable} output 2>/dev/null; true`;

/** Caps that the kernel does not have, as words. `output`: of `segmentsScript`. */
export function missingCaps(
  { segmentCaps = [] }: ReceiverState,
  output: string,
): readonly string[] {
  const lines = output.split('\n').map((line) => `${line.trim()} `);
  return segmentCaps.flatMap(({ vip, mssBytes }) =>
    lines.some((line) => line.includes(`saddr ${vip} `) && line.includes(` set ${mssBytes} `))
      ? []
      : [`an MSS of ${mssBytes} for ${vip}`],
  );
}
