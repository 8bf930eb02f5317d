/**
 * The nft side of an IPVS director. IPVS knows services by address, protocol and port, or by a mark; so packets for prefixes and for all ports are
 * marked on arrival. And since IPVS takes only packets that are the host's own, a VIP is an address of the director: what no service takes must
 * not reach the director's own programs.
 */
import { canonicalPrefix, parsePrefix } from '@tricade/cluster';
import { type Family, marksTable } from './names.ts';
import type { VirtualService } from './services.ts';

function word(family: Family): string {
  return family === 4 ? 'ip' : 'ip6';
}

function hex(mark: number): string {
  return `0x${mark.toString(16).padStart(8, '0')}`;
}

/** The longer prefix first, then the one with a port: the more specific service wins. */
function byNarrowness(a: VirtualService, b: VirtualService): number {
  const length = ({ vip }: VirtualService) => parsePrefix(vip)?.length ?? 0;
  return length(b) - length(a) || Number(b.port !== 0) - Number(a.port !== 0);
}

/** Named sets, and the rules that ask them. */
interface Part {
  readonly sets: readonly string[];
  readonly rules: readonly string[];
}
const nothing: Part = { sets: [], rules: [] };

/** An element a line, so that a plan shows which one comes or goes. */
function setLines(name: string, type: string, elements: readonly string[]): readonly string[] {
  return [
    `  set ${name} {`,
    `    type ${type}`,
    '    elements = {',
    ...elements.map((element) => `      ${element},`),
    '    }',
    '  }',
  ];
}

/** A mark goes before an address in the kernel's search, so exact services leave the chain first. */
function markPart(services: readonly VirtualService[], family: Family): Part {
  const own = services.filter((service) => service.family === family);
  const marked = own.filter(({ mark }) => mark !== 0);
  if (marked.length === 0) return nothing;
  const exact = own
    .filter(({ mark }) => mark === 0)
    .map(({ vip, protocol, port }) => `${vip} . ${protocol} . ${port}`);
  const type = `ipv${family}_addr . inet_proto . inet_service`;
  const sets = exact.length === 0 ? [] : setLines(`exact${family}`, type, exact);
  const first =
    exact.length === 0
      ? []
      : [`${word(family)} daddr . meta l4proto . th dport @exact${family} return`];
  const rules = [...marked].sort(byNarrowness).map(({ vip, protocol, port, mark }) => {
    const ports = port === 0 ? `meta l4proto ${protocol}` : `${protocol} dport ${port}`;
    return `${word(family)} daddr ${vip} ${ports} meta mark set ${hex(mark)} return`;
  });
  return { sets, rules: [...first, ...rules] };
}

/** Prefixes of all VIPs, each once and sorted. */
export function vipPrefixes(services: readonly VirtualService[]): readonly string[] {
  return [...new Set(services.map(({ vip }) => canonicalPrefix(vip) as string))].sort();
}

/** Prefixes inside others are merged into them. */
function guardPart(services: readonly VirtualService[], family: Family): Part {
  const vips = vipPrefixes(services.filter((service) => service.family === family));
  if (vips.length === 0) return nothing;
  const type = `ipv${family}_addr; flags interval; auto-merge`;
  return {
    sets: setLines(`vips${family}`, type, vips),
    rules: [`${word(family)} daddr @vips${family} meta l4proto { tcp, udp } counter drop`],
  };
}

function chain(name: string, lines: readonly string[]): string {
  return `  chain ${name} {\n${lines.map((line) => `    ${line}\n`).join('')}  }`;
}

/** One transaction: the table of before goes, this one comes. It holds no state. The guard stands behind IPVS, which takes its packets at priority 99. */
export function marksText(services: readonly VirtualService[]): string {
  const families = [4, 6] as const;
  const marks = families.map((family) => markPart(services, family));
  const guards = families.map((family) => guardPart(services, family));
  return [
    '# Written by Tricade from the cluster file; changes here are lost.',
    `table inet ${marksTable}`,
    `delete table inet ${marksTable}`,
    `table inet ${marksTable} {`,
    ...[...marks, ...guards].flatMap(({ sets }) => sets),
    chain('marking', [
      'type filter hook prerouting priority mangle; policy accept;',
      ...marks.flatMap(({ rules }) => rules),
    ]),
    chain('guard', [
      'type filter hook input priority 110; policy accept;',
      ...guards.flatMap(({ rules }) => rules),
    ]),
    '}',
    '',
  ].join('\n');
}
