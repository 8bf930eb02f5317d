/** A director gets a program of another map ABI while packets come: it runs on with its own maps until those of the new one are filled. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildObject, buildProgramOfC } from '../../infra/packaging/bpf-objects.ts';
import { type HelperClient, helperOf } from '../../packages/l4-tier/src/xdp/helper-client.ts';
import { install } from './install.ts';
import type { NamespaceNode } from './namespace-node.ts';
import { directorLive } from './three-hop.ts';
import { xdpDirector, xdpFiles, xdpNode, xdpState } from './xdp-node.ts';

const { bpf, blobs } = await xdpFiles();
const next = await buildObject('testing/director-next-abi.bpf.c');
const flood = await buildProgramOfC('testing/flood.c');
const state = xdpState(bpf);
const at = { generation: 1, epoch: 1, revision: 1 };
const pins = '/sys/fs/bpf/tricade/director';
const perSecond = 2_000;
const seconds = 6;

let node: NamespaceNode;
let helper: HelperClient;
beforeAll(async () => {
  node = await xdpNode();
  await node.must('sysctl -qw net.ipv6.conf.all.disable_ipv6=1');
  await install(node, xdpDirector.render(state), blobs);
  await xdpDirector.steer(node, state, directorLive(), at);
  helper = await helperOf(node);
});
afterAll(() => node?.close());

const running = () => node.must('ip -d link show edge | grep -o "prog/xdp id [0-9]*"');

/** Frames that came to the device, and those of them that a program neither sent back nor dropped: the kernel's. */
async function frames(): Promise<{ readonly came: number; readonly passedUp: number }> {
  const counts = await node.must('ethtool -S edge');
  const sum = (name: string) =>
    [...counts.matchAll(new RegExp(`rx_queue_\\d+_${name}: (\\d+)`, 'g'))].reduce(
      (all, [, count]) => all + Number(count),
      0,
    );
  const came = sum('xdp_packets');
  return {
    came,
    passedUp: came - sum('xdp_tx') - sum('xdp_tx_errors') - sum('xdp_drops') - sum('xdp_redirect'),
  };
}

async function load(object: typeof next): Promise<void> {
  await node.must(`cp ${object.path} /opt/tricade/director.o`);
  await node.must(
    `sed -i 's|^object .*|object /opt/tricade/director.o ${object.sha256}|' /etc/tricade/bpf.conf`,
  );
  await node.must('systemctl reload tricade-director.service');
}

test('it waits with maps of its own, also when the helper is killed; the driver puts none in place that does not forward', async () => {
  const before = await running();
  await helper.ask(`write rows 0 ${Buffer.from([42, 0, 0, 0]).toString('base64')}`);
  await load(next);
  expect(await helper.status()).toMatchObject({ loaded: next.sha256, waits: true });
  expect(await running()).toBe(before);
  expect(await helper.ask('read rows 0 1')).toBe(Buffer.alloc(4).toString('base64'));
  await node.must('kill -9 $(cat /run/tricade-bpf.service.pid); rm /run/tricade-bpf.service.pid');
  await node.must('systemctl start tricade-bpf.service');
  await node.must('/opt/tricade/tricade-bpf send /run/tricade/bpf.sock status');
  helper = await helperOf(node);
  expect(await helper.status()).toMatchObject({ loaded: next.sha256, waits: true });
  const steered = xdpDirector.steer(node, state, directorLive(), at);
  await expect(steered).rejects.toThrow('is not sent to one of its reals');
  expect(await running()).toBe(before);
});

test('loaded once more as it was, what waited is given up', async () => {
  await load(bpf.object as typeof next);
  expect(await helper.status()).toMatchObject({ loaded: bpf.object.sha256, waits: false });
  await xdpDirector.steer(node, state, directorLive(), at);
  expect(await node.must(`ls ${pins}`)).not.toContain('next');
});

test('under traffic: filled, it takes the place of the one that ran; no packet is passed up or lost', async () => {
  const mac = (await helper.status()).devices['edge']?.mac ?? '';
  const start = await frames();
  const words = ['edge-end', mac, '203.0.113.10', '80', `${perSecond}`, `${seconds}`];
  const said = once(node.spawn(flood.path, words).stdout as NodeJS.ReadableStream, 'data');
  await expect.poll(async () => (await frames()).came - start.came).toBeGreaterThan(perSecond / 2);
  const before = await running();
  // As if what runs were of an older ABI.
  await node.must(`rmdir ${pins}/abi_* && mkdir ${pins}/abi_1`);
  await node.must('systemctl reload tricade-director.service');
  expect((await helper.status()).waits).toBe(true);
  expect(await running()).toBe(before);
  await xdpDirector.steer(node, state, directorLive(), at);
  expect((await helper.status()).waits).toBe(false);
  expect(await running()).not.toBe(before);
  const [text] = (await said) as [Buffer];
  const { came, passedUp } = await frames();
  expect(came - start.came).toBe(Number(text));
  expect(passedUp - start.passedUp).toBe(0);
  const { traffic, drops } = await xdpDirector.sample(node, state);
  expect(traffic?.services['web']?.packets).toBeGreaterThan(perSecond / 2);
  expect(drops).toEqual({});
  expect(await node.must(`ls ${pins}`)).not.toContain('next');
});

test('the helper finds what moved up', async () => {
  await node.must('kill -9 $(cat /run/tricade-bpf.service.pid); rm /run/tricade-bpf.service.pid');
  await node.must('systemctl start tricade-bpf.service');
  await node.must('/opt/tricade/tricade-bpf send /run/tricade/bpf.sock status');
  helper = await helperOf(node);
  expect(await helper.status()).toMatchObject({ loaded: bpf.object.sha256, waits: false });
  await xdpDirector.steer(node, state, directorLive(), at);
});
