/** The kernel's word on `jhash`: rules made of `nftHashExpression` see real packets, and their rows must be the ones computed here. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  type Affinity,
  type FlowTuple,
  flowHash,
  keyBytes,
  nftHashExpression,
  rowOf,
} from './hash.ts';
import { canonicalAddress } from './ip.ts';

const key = keyBytes('9f3c0a17e2b45d688899aabbccddeeff');
const flowsPerFamily = 240;
const families = [4, 6] as const;
type Family = (typeof families)[number];

interface Case {
  readonly name: string;
  readonly affinity: Affinity;
  readonly ports: boolean;
  readonly size: number;
}
const cases: readonly Case[] = [
  { name: 'flow', affinity: 'flow', ports: true, size: 4096 },
  { name: 'maglev', affinity: 'flow', ports: true, size: 65_537 },
  { name: 'portless', affinity: 'flow', ports: false, size: 4096 },
  { name: 'source', affinity: 'source', ports: true, size: 4096 },
  { name: 'network', affinity: 'source-network', ports: true, size: 4096 },
];

/** Flows spread over addresses and ports; every fourth is TCP. Deterministic. */
function flowsOf(family: Family): readonly Required<FlowTuple>[] {
  return Array.from({ length: flowsPerFamily }, (_, i) => ({
    sourceAddress:
      family === 4
        ? `198.51.100.${1 + (i % 250)}`
        : `2001:db8:${i % 3}:${(i * 7) % 11}:${i}::${1 + i}`,
    destinationAddress: family === 4 ? `203.0.113.${1 + (i % 5)}` : `2001:db8:ffff::${1 + (i % 5)}`,
    sourcePort: 10_000 + 173 * i,
    destinationPort: [80, 443, 53, 65_535][i % 4] as number,
  }));
}

/** One chain on the loopback's ingress that marks each packet with its row and remembers tuple and mark, per family and case. */
function ruleset(): string {
  const sets = families.flatMap((family) => {
    const ip = family === 4 ? 'ip' : 'ip6';
    return cases.map(
      ({ name }) =>
        `set ${name}${family} { typeof ${ip} saddr . ${ip} daddr . th sport . th dport . meta mark; size 65535; flags dynamic; }`,
    );
  });
  const rules = families.flatMap((family) => {
    const ip = family === 4 ? 'ip' : 'ip6';
    return cases.flatMap(({ name, ...options }) => [
      `meta l4proto { tcp, udp } meta mark set ${nftHashExpression({ ...options, family, key })}`,
      `meta l4proto { tcp, udp } update @${name}${family} { ${ip} saddr . ${ip} daddr . th sport . th dport . meta mark }`,
    ]);
  });
  const chain = `chain in { type filter hook ingress device lo priority 0; policy accept;\n${rules.join('\n')}\n}`;
  return `table netdev hash {\n${sets.join('\n')}\n${chain}\n}`;
}

/** Runs in the namespace: one packet (UDP datagram or SYN) per flow, from its own address and port. */
const sender = `
import dgram from 'node:dgram';
import net from 'node:net';
for (const [i, f] of JSON.parse(process.env.FLOWS).entries()) {
  const v6 = f.sourceAddress.includes(':');
  await new Promise((done, fail) => {
    if (i % 4 === 0) {
      const s = net.connect({ host: f.destinationAddress, port: f.destinationPort, localAddress: f.sourceAddress, localPort: f.sourcePort });
      s.on('connect', () => fail(new Error('nobody should listen')));
      s.on('error', (e) => (e.code === 'ECONNREFUSED' ? done() : fail(e)));
      return;
    }
    const s = dgram.createSocket(v6 ? 'udp6' : 'udp4');
    s.on('error', fail);
    s.bind(f.sourcePort, f.sourceAddress, () => s.send('x', f.destinationPort, f.destinationAddress, (e) => { s.close(); e ? fail(e) : done(); }));
  });
}`;

const script = `set -e
sysctl -qw net.ipv6.ip_nonlocal_bind=1 net.ipv4.ip_nonlocal_bind=1
ip link set lo up
ip route add local 198.51.100.0/24 dev lo
ip route add local 203.0.113.0/24 dev lo
ip -6 route add local 2001:db8::/32 dev lo
printf '%s' "$RULES" | nft -f -
"$NODE" --input-type=module -e "$SENDER"
nft -j list table netdev hash`;

interface NftListing {
  readonly nftables: readonly {
    readonly set?: { readonly name: string; readonly elem?: readonly unknown[] };
  }[];
}

/** Set name → flow as text → rows that the kernel gave it. */
function kernelRows(): Map<string, Map<string, readonly number[]>> {
  const flows = families.flatMap((family) => flowsOf(family));
  const output = execFileSync('unshare', ['-n', 'sh', '-c', script], {
    env: {
      ...process.env,
      NODE: process.execPath,
      RULES: ruleset(),
      SENDER: sender,
      FLOWS: JSON.stringify(flows),
    },
    maxBuffer: 1 << 26,
  });
  const listing = JSON.parse(output.toString()) as NftListing;
  const sets = new Map<string, Map<string, readonly number[]>>();
  for (const { set } of listing.nftables) {
    if (set === undefined) continue;
    const rows = new Map<string, readonly number[]>();
    for (const element of set.elem ?? []) {
      const { concat } = ((element as { elem?: { val: object } }).elem?.val ?? element) as {
        concat: readonly (string | number)[];
      };
      const tuple = concat
        .slice(0, 4)
        .map((field) => canonicalAddress(String(field)) ?? field)
        .join(' ');
      rows.set(tuple, [...(rows.get(tuple) ?? []), concat[4] as number]);
    }
    sets.set(set.name, rows);
  }
  return sets;
}

describe('jhash as the kernel computes it', () => {
  const seen = kernelRows();
  for (const family of families) {
    test.each(cases)(`IPv${family}: $name`, ({ name, affinity, ports, size }) => {
      const rows = seen.get(`${name}${family}`);
      const rule = { kind: 'jhash', key, affinity } as const;
      for (const flow of flowsOf(family)) {
        const { sourceAddress, destinationAddress, sourcePort, destinationPort } = flow;
        const hashed = ports ? flow : { sourceAddress, destinationAddress };
        const addresses = [sourceAddress, destinationAddress].map(canonicalAddress);
        const tuple = [...addresses, sourcePort, destinationPort].join(' ');
        expect(rows?.get(tuple), tuple).toEqual([rowOf(flowHash(rule, hashed), size)]);
      }
    });
  }
});
