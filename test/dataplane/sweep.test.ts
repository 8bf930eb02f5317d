/** The helper takes overdue flows out of the director's memory and counts the others, by real. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HelperClient, helperOf } from '../../packages/l4-tier/src/xdp/helper-client.ts';
import { install } from './install.ts';
import type { NamespaceNode } from './namespace-node.ts';
import { directorState } from './three-hop.ts';
import { until } from './waiting.ts';
import { xdpDirector, xdpFiles, xdpNode, xdpState } from './xdp-node.ts';

const { bpf, blobs } = await xdpFiles();
const tcp = 6;
const udp = 17;
const over = 8;

let node: NamespaceNode;
let helper: HelperClient;
beforeAll(async () => {
  node = await xdpNode();
  await install(node, xdpDirector.render(xdpState(bpf, 'full-nat')), blobs);
  helper = await helperOf(node);
});
afterAll(() => node?.close());

interface Given {
  readonly real: number;
  readonly protocol?: number;
  /** Since it was heard of. */
  readonly idleS?: number;
  readonly state?: number;
}

let lastFlow = 0;

/** An entry of `flows`, of a client of its own. */
function entry({ real, protocol = tcp, idleS = 0, state = 0 }: Given): Buffer {
  const key = Buffer.alloc(40);
  key.writeUInt32LE(++lastFlow, 0);
  key.writeUInt8(protocol, 36);
  const note = Buffer.alloc(20);
  note.writeUInt32LE(Number(process.hrtime.bigint() / 1_000_000_000n) - idleS, 0);
  note.writeUInt32LE(state, 4);
  note.writeUInt16LE(real, 12);
  return Buffer.concat([key, note]);
}

async function given(...flows: readonly Given[]): Promise<void> {
  const entries = await helper.bytes('dump flows');
  const keys = Array.from({ length: entries.length / 60 }, (_, at) =>
    entries.subarray(at * 60, at * 60 + 40),
  );
  if (keys.length > 0) await helper.ask(`drop flows ${Buffer.concat(keys).toString('base64')}`);
  await helper.ask(`put flows ${Buffer.concat(flows.map(entry)).toString('base64')}`);
}

const counted = (want: Readonly<Record<string, number>>) =>
  until(
    async () => (await xdpDirector.sample(node, directorState('l4a', 'dnat'))).flows,
    (flows) => JSON.stringify(flows) === JSON.stringify(want),
  );

test('flows are counted by real, without TCP that is over', async () => {
  await given(
    { real: 1 },
    { real: 1, idleS: 7_000 },
    { real: 1, state: over },
    { real: 2, protocol: udp },
    { real: 77 },
  );
  await counted({ 'l7/p1': 2, 'l7/p2': 1 });
});

test('what is overdue goes, the rest stays; of datagrams that is told', async () => {
  const use = Buffer.alloc(16);
  use.writeBigInt64LE(9n);
  await helper.ask(`write memory_use 0 ${use.toString('base64')}`);
  await given(
    { real: 1, idleS: 7_500 },
    { real: 1, idleS: 20, state: over },
    { real: 2, protocol: udp, idleS: 200 },
    { real: 2, protocol: udp, idleS: 100 },
    { real: 2 },
  );
  await counted({ 'l7/p1': 0, 'l7/p2': 2 });
  expect((await helper.bytes('dump flows')).length).toBe(2 * 60);
  expect((await helper.bytes('read memory_use 0 1')).readBigInt64LE()).toBe(8n);
});

test('more than a portion of them are counted as a whole', async () => {
  await given(...Array.from({ length: 30_000 }, (_, at) => ({ real: 1 + (at % 3 === 0 ? 1 : 0) })));
  await counted({ 'l7/p1': 20_000, 'l7/p2': 10_000 });
});

test('ways back of flows that are gone go, too', async () => {
  const [here, gone] = [entry({ real: 1 }), entry({ real: 1 })].map((each) => each.subarray(0, 40));
  await given({ real: 1 });
  const flow = (await helper.bytes('dump flows')).subarray(0, 40);
  const pairs = Buffer.concat([here as Buffer, flow, gone as Buffer, gone as Buffer]);
  await helper.ask(`put returns ${pairs.toString('base64')}`);
  await until(
    async () => (await helper.bytes('dump returns')).length,
    (length) => length === 80,
  );
  expect((await helper.bytes('dump returns')).subarray(0, 40)).toEqual(here);
});

test('a director that translates nothing counts none', async () => {
  expect((await xdpDirector.sample(node, directorState('l4a'))).flows).toBeUndefined();
  await expect(helper.ask('flows of p1')).rejects.toThrow('flows are counted as a whole');
});
