/** The privileged helper against this kernel: what it answers, and that a request which is not sound changes nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tableDigest } from '../../packages/cluster/src/index.ts';
import { type HelperClient, helperOf } from '../../packages/l4-tier/src/xdp/helper-client.ts';
import { install } from './install.ts';
import type { NamespaceNode } from './namespace-node.ts';
import { xdpDirector, xdpFiles, xdpNode, xdpState } from './xdp-node.ts';

const { bpf, blobs } = await xdpFiles();
const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64');
const words = (...all: number[]) => Buffer.from(Uint32Array.from(all).buffer).toString('base64');

let node: NamespaceNode;
let helper: HelperClient;
beforeAll(async () => {
  node = await xdpNode();
  await install(node, xdpDirector.render(xdpState(bpf)), blobs);
  helper = await helperOf(node);
});
afterAll(() => node?.close());

const refusal = (request: string) =>
  helper.ask(request).then(
    () => 'taken',
    (error: Error) => error.message,
  );

/** All that can be written, in one text. */
async function everything(): Promise<string> {
  const asked = ['digest rows 0 262144', 'dump reals', 'dump services', 'read director_config 0 1'];
  return (await Promise.all(asked.map((request) => helper.ask(request)))).join('\n');
}

describe('what is written is read back', () => {
  test('rows in place, from an index on or one by one', async () => {
    await helper.ask(`write rows 10 ${words(1, 0x8002_0001, 3)}`);
    await helper.ask(`put rows ${words(11, 7)}`);
    expect(await helper.ask('read rows 9 5')).toBe(words(0, 1, 7, 3, 0));
    const rows = Uint32Array.of(0, 1, 7, 3, 0);
    expect(await helper.ask('digest rows 9 5')).toBe(tableDigest(rows));
  });

  test('entries of a map are put, replaced and dropped; dropping what is absent is fine', async () => {
    const key = Buffer.alloc(20, 1);
    const pair = (byte: number) => Buffer.concat([key, Buffer.alloc(40, byte)]);
    for (const byte of [2, 3]) {
      await helper.ask(`put services ${pair(byte).toString('base64')}`);
      expect(await helper.bytes('dump services')).toEqual(pair(byte));
    }
    for (let time = 0; time < 2; time++) {
      await helper.ask(`drop services ${key.toString('base64')}`);
      expect(await helper.ask('dump services')).toBe('');
    }
  });

  test('requests that come together are answered in order', async () => {
    const all = Array.from({ length: 200 }, (_, at) => [
      helper.ask(`put rows ${words(100, at)}`),
      helper.ask('read rows 100 1'),
    ]);
    const answers = await Promise.all(all.flat());
    expect(answers.filter((_, at) => at % 2 === 1)).toEqual(all.map((_, at) => words(at)));
  });

  test('a table of 131,072 rows in one request', async () => {
    const rows = new Uint32Array(262_144).map((_, row) => row);
    await helper.ask(`write rows 0 ${Buffer.from(rows.buffer).toString('base64')}`);
    expect(await helper.ask('digest rows 0 262144')).toBe(tableDigest(rows));
  });
});

describe('a request that is not sound changes nothing', () => {
  const cases: readonly (readonly [name: string, request: string, why: RegExp | string])[] = [
    ['no verb', '', 'no such request'],
    ['another verb', 'format rows', 'no such request'],
    ['half a verb', 'writ rows 0 AAAAAA==', 'no such request'],
    ['no map', 'write', 'there is no map without a name'],
    ['another map', 'write columns 0 AAAAAA==', 'there is no map columns'],
    ['a path for a map', 'read ../../x 0 1', 'there is no map ../../x'],
    ['no index', 'write rows', 'the first index is no number'],
    ['a negative index', 'write rows -1 AAAAAA==', 'the first index is no number'],
    ['an index of 2^32', `write rows 4294967296 ${words(1)}`, 'the first index is no number'],
    [
      'an index beyond the end',
      `write rows 262144 ${words(1)}`,
      'rows has 262144 entries, not 262145',
    ],
    [
      'the last row and one more',
      `write rows 262143 ${words(1, 2)}`,
      'rows has 262144 entries, not 262145',
    ],
    ['an index that wraps', `read rows 4294967295 4294967295`, /rows has 262144 entries/],
    ['half a word', `write rows 0 ${base64(1, 2)}`, 'values of rows have 4 bytes each'],
    ['no bytes', 'write rows 0', 'the bytes are no base64'],
    ['bytes twice', 'write rows 0 AAAAAA== AAAAAA==', 'the bytes are no base64'],
    ['no base64', 'write rows 0 AAA*AA==', 'the bytes are no base64'],
    ['cut base64', 'write rows 0 AAAAA', 'the bytes are no base64'],
    ['one sound row, one beyond the end', `put rows ${words(5, 9, 262_144, 9)}`, /262144 entries/],
    [
      'a key without a value',
      `put services ${Buffer.alloc(20).toString('base64')}`,
      /60 bytes each/,
    ],
    ['a short key', `drop services ${base64(1)}`, 'keys of services have 20 bytes each'],
    ['rows are not dropped', `drop rows ${words(0)}`, 'entries of rows cannot be taken out'],
    ['counters are not written', `write real_counters 0 ${words(1)}`, 'real_counters is no array'],
    ['rows are no counters', 'sum rows 0 1', 'rows holds no counters'],
    ['no rows', 'digest reals 0 1', 'reals holds no rows'],
    ['nothing is read', 'read rows 0 0', /rows has 262144 entries/],
    ['no number of an event', 'events', 'the number of the first event is none'],
    ['a negative event', 'events -1', 'the number of the first event is none'],
    ['two events', 'events 1 2', 'the number of the first event is none'],
    ['another program', 'test passer AAAA', 'there is no such program'],
    ['a packet too short', 'test director AAAA', 'a packet has 14 to 3520 bytes'],
    ['a packet too long', `test director ${Buffer.alloc(4_000).toString('base64')}`, /14 to 3520/],
  ];
  test.for(cases)('%s', async ([, request, why]) => {
    const before = await everything();
    expect(await refusal(request)).toMatch(
      typeof why === 'string' ? new RegExp(`^${why.replace(/[.^/]/g, '\\$&')}$`) : why,
    );
    expect(await everything()).toBe(before);
  });

  test('a full map takes no more, and says so', async () => {
    const pairs = Array.from({ length: 1_025 }, (_, at) => {
      const pair = Buffer.alloc(60);
      pair.writeUInt32LE(at, 0);
      return pair;
    });
    expect(await refusal(`put services ${Buffer.concat(pairs).toString('base64')}`)).toMatch(
      'the kernel refuses an entry of services: it is full',
    );
    const keys = pairs.map((pair) => pair.subarray(0, 20));
    await helper.ask(`drop services ${Buffer.concat(keys).toString('base64')}`);
  });

  test('an object that the kernel does not take leaves what runs', async () => {
    const before = await helper.status();
    await node.must(
      'cp /opt/tricade/director.o /run/sound.o; head -c 5000 /run/sound.o > /opt/tricade/director.o',
    );
    expect(await refusal('load')).toMatch(/director\.o cannot be read/);
    await node.must(
      "sed -i 's/^attach director/attach nobody/' /etc/tricade/bpf.conf; cp /run/sound.o /opt/tricade/director.o",
    );
    expect(await refusal('load')).toBe('the object has no program nobody');
    await node.must(
      "sed -i 's/^attach nobody/attach director/; s/^entries rows/entries lines/' /etc/tricade/bpf.conf",
    );
    expect(await refusal('load')).toBe('the object has no map lines');
    await node.must("sed -i 's/^entries lines/entries rows/; $ a nonsense' /etc/tricade/bpf.conf");
    expect(await refusal('load')).toMatch(/line \d+ is no setting$/);
    await node.must("sed -i '$ d' /etc/tricade/bpf.conf");
    expect(await helper.status()).toEqual({ ...before, attached: before.attached });
  });
});

describe('clients', () => {
  test('one that sends a line without end is closed, others go on', async () => {
    const greedy = await node.connect('/run/tricade/bpf.sock');
    const closed = Promise.withResolvers<void>();
    greedy.onClose(() => closed.resolve());
    for (let part = 0; part < 20; part++) greedy.write('A'.repeat(1 << 20));
    await closed.promise;
    expect((await helper.status()).loaded).toBe(bpf.object.sha256);
  });

  test('one that leaves in the middle of its request is forgotten', async () => {
    const hasty = await node.connect('/run/tricade/bpf.sock');
    hasty.write(`write rows 0 ${words(42)}`);
    hasty.close();
    const before = await helper.ask('read rows 0 1');
    expect(before).not.toBe(words(42));
  });
});

test('killed, it finds all again; what was loaded ran on', async () => {
  await helper.ask(`write rows 0 ${words(42)}`);
  const attached = () => node.must('ip -d link show edge | grep -o "prog/xdp id [0-9]*"');
  const before = await attached();
  await node.must('kill -9 $(cat /run/tricade-bpf.service.pid); rm /run/tricade-bpf.service.pid');
  expect(await attached()).toBe(before);
  await node.must('systemctl start tricade-bpf.service');
  await node.must('/opt/tricade/tricade-bpf send /run/tricade/bpf.sock status');
  helper = await helperOf(node);
  expect(await helper.ask('read rows 0 1')).toBe(words(42));
  expect(await attached()).toBe(before);
});

test('a swap takes the maps over; larger ones get what the old ones held', async () => {
  const programs = async () => (await helper.status()).attached;
  await helper.ask(`write rows 262143 ${words(77)}`);
  await node.must("sed -i 's/^entries rows .*/entries rows 524288/' /etc/tricade/bpf.conf");
  const before = await node.must('ip -d link show edge | grep -o "prog/xdp id [0-9]*"');
  await node.must('systemctl reload tricade-director.service');
  expect(await node.must('ip -d link show edge | grep -o "prog/xdp id [0-9]*"')).not.toBe(before);
  expect(await helper.ask('read rows 262143 2')).toBe(words(77, 0));
  expect((await helper.status()).maps['rows']).toBe(524_288);
  expect(await programs()).toHaveLength(1);
});

test('stopped, nothing of it stays', async () => {
  await node.must('systemctl stop tricade-director.service');
  expect(await node.must('ls /sys/fs/bpf/tricade; ip -d link show edge')).not.toMatch(
    /director|xdp/,
  );
  expect((await helper.status()).loaded).toBeUndefined();
  await node.must('systemctl start tricade-director.service');
  expect((await helper.status()).loaded).toBe(bpf.object.sha256);
});
