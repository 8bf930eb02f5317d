/** B1: what the director takes for a packet, by mode, family and number of flows; prints a table and writes docs/reference/benchmarks.md. Needs root. */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { root } from '../../infra/packaging/built-file.ts';
import * as maps from '../dataplane/packets/director-maps.ts';
import { ethernet, protocols, tcp } from '../dataplane/packets/frames.ts';
import { Clock } from './clock.ts';

const rowsCount = 65_537;
const flowCounts = [1, 10_000, 100_000] as const;
const rounds = 21;
const repeat = 20_000;
const mac = '02:00:00:00:00:11';
const vips = { 4: '203.0.113.10', 6: '2001:db8:f::10' } as const;
const clients = { 4: '192.0.2.1', 6: '2001:db8:c::1' } as const;
const modeNames = { dsr: 'DSR', ip: 'IP in IP', gue: 'GUE' } as const;

/** Four reals; of 100 rows `inChange` have a second candidate. */
function words(inChange: number): readonly number[] {
  return Array.from({ length: 200 }, (_, row) => {
    const second = row % 100 < inChange ? 1 + ((row + 1) % 4) : 0;
    return (second << 16) | (1 + (row % 4));
  });
}

async function prepare(clock: Clock): Promise<void> {
  const config = maps.config({
    self: 3,
    flags: maps.configFlags.deny | maps.configFlags.limit | maps.configFlags.prefixes,
    limitNs: 1,
    burstNs: 1_000_000_000,
    outer: ['198.51.100.11', '2001:db8:1::11'],
    arms: [{ ifindex: 1, mac }],
  });
  await clock.set('director_config', maps.numbers(4, 0), config);
  for (const id of [1, 2, 3, 4]) {
    const addresses = [`198.51.100.2${id}`, `2001:db8:1::2${id}`];
    const real = maps.real({ mac: `02:00:00:00:00:2${id}`, addresses });
    await clock.set('reals', maps.numbers(4, id), real);
  }
}

interface Case {
  readonly family: 4 | 6;
  readonly mode: keyof typeof modeNames;
  readonly inChange: number;
}

async function timesOf(clock: Clock, { family, mode, inChange }: Case): Promise<readonly string[]> {
  const key = maps.serviceKey(maps.wideAddress(vips[family]), 80, protocols.tcp);
  const flags = maps.serviceFlags.second;
  const hashKey = '000102030405060708090a0b0c0d0e0f';
  await clock.set('services', key, maps.service({ hashKey, rowsCount, mode, flags }));
  await clock.rows(rowsCount, words(inChange));
  const packet = tcp({
    source: clients[family],
    sourcePort: 40_001,
    destination: vips[family],
    destinationPort: 80,
    flags: 'A',
    sequence: 1,
    payload: new Uint8Array(6),
  });
  const frame = ethernet({ destination: mac, source: '02:00:00:00:00:01' }, packet);
  // a line of service_lines is a second old at most: the service of the case before
  for (const end = Date.now() + 1_100; Date.now() < end; ) {
    await clock.time({ frame, flows: 1, rounds: 1, repeat });
  }
  const times: string[] = [];
  for (const flows of flowCounts) {
    times.push((await clock.time({ frame, flows, rounds, repeat })).program.toFixed(0));
  }
  return times;
}

async function measure(clock: Clock): Promise<readonly string[]> {
  await prepare(clock);
  const lines: string[] = [];
  for (const mode of ['dsr', 'ip', 'gue'] as const) {
    for (const family of [4, 6] as const) {
      for (const inChange of [0, 25]) {
        const times = await timesOf(clock, { family, mode, inChange });
        const cells = [modeNames[mode], `IPv${family}`, `${inChange} %`, ...times];
        lines.push(`| ${cells.join(' | ')} |`);
        console.log(lines.at(-1));
      }
    }
  }
  return lines;
}

function page(clock: Clock, lines: readonly string[]): string {
  const [cpu] = cpus();
  const load = loadavg().map((value) => value.toFixed(1));
  return `# Benchmarks

Written by \`pnpm bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpu?.model.trim()}, ${cpus().length} CPUs, Linux ${release()}, load ${load.join(' / ')} while it ran.

## B1: nanoseconds a packet in the director

The bar is 25 ns with one flow and 30 ns with 10,000 and 100,000.

| mode | packet | rows in change | 1 flow | 10,000 flows | 100,000 flows |
|---|---|---|---|---|---|
${lines.join('\n')}

- The object is the one that hosts get: \`director.o\`, SHA-256 \`${clock.sha256}\`. Deny list, limit of new flows and VIPless prefixes are looked at; the deny
  list is empty.
- Packets of established TCP connections, no options, 60 to 80 bytes, one service with ${rowsCount.toLocaleString('en')} rows and four reals.
- \`BPF_PROG_TEST_RUN\` of a wrapper (\`packages/l4-tier/bpf/testing/wrap.bpf.c\`) that puts the frame back, gives it the next flow's source and hands it to the
  program by a tail call. Taken off: the same wrapper around a program that does nothing.
- ${rounds} rounds of ${repeat.toLocaleString('en')} packets, both in turn; the least of each, since a busy machine only ever adds.
`;
}

const clock = await Clock.start();
try {
  const lines = await measure(clock);
  await writeFile(join(root, 'docs/reference/benchmarks.md'), page(clock, lines));
} finally {
  await clock.close();
}
