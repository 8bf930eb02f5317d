/** B2: packets a second at the sink of a cable, by who stands at the other end. Needs root. */
import { edge, Wire } from '../dataplane/packets/wire.ts';
import { direct, frame, vip } from '../dataplane/packets/wire-director.ts';
import { type Section, table } from './page.ts';

const rowsCount = 65_536;
const flows = 10_000;
const turns = 5;
const out = { device: 'out', end: 'out-end' } as const;

/** A second cable, to where the kernel sends what it forwards; packets for a VIP or, behind nft, for one of four reals. */
const kernel = `ip link add ${out.device} type veth peer name ${out.end}
ip link set ${out.device} up; ip link set ${out.end} up
ip addr add 198.51.100.1/24 dev ${out.device}
for n in 1 2 3 4; do ip neigh add 198.51.100.2$n lladdr 02:00:00:00:00:2$n dev ${out.device} nud permanent; done
ip route add ${vip}/32 via 198.51.100.21
ip route add 10.0.0.0/8 dev ${edge.device}
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.${edge.device}.rp_filter=0`;

const translation = `table ip balancer {
  chain prerouting {
    type nat hook prerouting priority dstnat
    ip daddr ${vip} tcp dport 80 dnat to jhash ip saddr . tcp sport mod 4 map { 0: 198.51.100.21, 1: 198.51.100.22, 2: 198.51.100.23, 3: 198.51.100.24 }
  }
}`;

interface Stand {
  readonly name: string;
  /** Packets a turn: what takes about half a second. */
  readonly count: number;
  readonly wire: Wire;
}

/** One namespace for each, all there at once: they take turns. */
async function stands(): Promise<readonly Stand[]> {
  const director = await Wire.start();
  await direct(director, 'dsr', { rowsCount, epoch: 1 });
  await director.attach('director', edge.device);
  await director.attach('sink', edge.end);
  const drop = await Wire.start();
  await drop.attach('sink', edge.device);
  await drop.attach('pass', edge.end);
  const forwarding = await Wire.start(kernel);
  const nat = await Wire.start(`${kernel}\nnft '${translation}'`);
  for (const wire of [forwarding, nat]) {
    await wire.attach('pass', edge.device);
    await wire.attach('pass', edge.end);
    await wire.attach('sink', out.end);
  }
  return [
    { name: 'XDP drop at the device', count: 2_000_000, wire: drop },
    { name: 'xdp director, DSR', count: 1_000_000, wire: director },
    { name: 'kernel, forwarding alone', count: 500_000, wire: forwarding },
    { name: 'nft, destination NAT', count: 300_000, wire: nat },
  ];
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Mpps of each stand, turn by turn. Throws where a packet in a hundred is lost: what is left would look quick. */
async function rates(all: readonly Stand[]): Promise<readonly (readonly number[])[]> {
  const found = all.map((): number[] => []);
  for (let turn = 0; turn <= turns; turn++) {
    for (const [i, { name, count, wire }] of all.entries()) {
      const { packets, elapsedNs } = await wire.send({ frame, count, flows });
      if (packets < count * 0.99) throw new Error(`${name}: ${packets} of ${count} arrived`);
      // the first turn fills caches, connection tracking, and lines of services
      if (turn > 0) found[i]?.push((packets / elapsedNs) * 1000);
    }
  }
  return found;
}

/** Takes about twenty seconds. */
export async function cableSection(): Promise<Section> {
  const all = await stands();
  try {
    const found = await rates(all);
    const medians = found.map(median);
    const ours = medians[1] as number;
    const rows = all.map(({ name }, i) => {
      const values = found[i] as readonly number[];
      const span = `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
      const rate = medians[i] as number;
      return [name, rate.toFixed(2), span, (ours / rate).toFixed(2)];
    });
    for (const row of rows) console.log(row.join('  '));
    return { title: 'B2: packets a second at the end of a cable', text: text(rows) };
  } finally {
    await Promise.all(all.map(({ wire }) => wire.close()));
  }
}

function text(rows: readonly (readonly string[])[]): string {
  const heads = ['at the device', 'Mpps, median', 'of turns', 'director ÷ this'];
  return `The bar is five times nft's destination NAT and twice plain forwarding; beyond it, 65 % of XDP drop.

${table(heads, rows)}

- One veth cable for each, in a network namespace of its own; ${turns} turns of all in turn, after one that does not count. 62-byte TCP packets of ${flows.toLocaleString('en')} flows, ${rowsCount.toLocaleString('en')} rows.
- Frames come from \`BPF_PROG_TEST_RUN\` with live frames, written anew and summed up for each packet, by one CPU that drives director and sink, too: all figures hold the generator's
  own time. Sink: an XDP program that counts at the far end; behind the kernel, on the cable by which it forwards. The kernel is reached through \`XDP_PASS\`.`;
}
