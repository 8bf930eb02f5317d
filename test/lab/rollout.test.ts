/** From nothing to a proven cluster, and what a roll-out does where it cannot go on. */

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { enterNetwork, labExec, labFault } from '@tricade/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { healthy, must } from '../../demo/measure.ts';
import { type Ran, tricade } from '../../demo/tricade.ts';
import { figure, type Standing, shop, standing, stretch } from './standing.ts';

const name = 'rollout';
let at: Standing;
beforeAll(async () => {
  at = await standing(shop(name));
});
afterAll(() => at?.down());

const run = (argv: readonly string[]): Promise<Ran> => tricade(argv, { lab: name });
const words = (ran: Ran): string => [...ran.said.map((line) => line.text), ran.stdout].join('\n');

/** Everything that a roll-out may write on a host. */
async function written(host: string): Promise<string> {
  const script =
    'find /etc/tricade /etc/systemd/system -type f -exec sha256sum {} + | sort; readlink /opt/tricade/* || true';
  return (await labExec(name, host, ['sh', '-c', script])).stdout;
}

test('twelve hosts and the first roll-out are quick, and there is nothing to do then', async () => {
  const again = await must(run(['apply', at.stage.file, '--yes']));
  figure(`lab up ${Math.round(at.upMs)} ms`);
  figure(`first apply ${Math.round(at.applied.tookMs)} ms, second ${Math.round(again.tookMs)} ms`);
  expect(again.stdout).toContain('Nothing to do');
  expect(at.upMs).toBeLessThan(6_000 * stretch());
  expect(at.applied.tookMs).toBeLessThan(10_000 * stretch());
  expect(again.tookMs).toBeLessThan(2_000 * stretch());
});

test('the packet table equals what every hop put on the wire', async () => {
  const proof = await must(run(['lab', 'prove', at.stage.file]));
  expect(proof.stdout).toContain('PROVED  1 of 1');
  expect(proof.stdout.match(/as captured/g)).toHaveLength(7);
});

test('one MAC that is wrong in the model fails the proof, and only its hops', () => {
  const script = fileURLToPath(new URL('prove-with-wrong-mac.ts', import.meta.url));
  const argv = [...enterNetwork(name), process.execPath, '--conditions=source', script];
  const [command = '', ...rest] = [...argv, at.stage.file, 'client', 'outside'];
  const found = JSON.parse(execFileSync(command, rest, { encoding: 'utf8' })) as {
    readonly holds: boolean;
    readonly hops: readonly { readonly from: string; readonly differs: readonly string[] }[];
  };
  expect(found.holds).toBe(false);
  expect(found.hops.filter((hop) => hop.differs.length > 0)).toEqual([
    { from: 'client', differs: ['sourceMac'] },
    { from: 'r1', differs: ['destinationMac'] },
  ]);
});

test('off, another host key, a failing check: such a node stays as it is, and the roll-out says so', async () => {
  const { file } = at.stage;
  await labExec(name, 'p1', ['sed', '-i', '/^haproxy:/d', '/etc/passwd']);
  await labFault(name, { kind: 'off', host: 'p2' });
  await newHostKey('p3');
  const stay = ['p1', 'p3', 'l4a', 'r1'];
  const before = await Promise.all(stay.map(written));
  writeFileSync(file, shop(name, { 'cookie: SRV': 'cookie: OTHER' }));

  const ran = await run(['apply', file, '--yes']);

  figure(ran.stdout.trim());
  expect(ran.code).not.toBe(0);
  expect(words(ran)).toMatch(/p1 {2}refused .*its check exited with 1/);
  // By silence, or by a neighbour that the kernel says is not there.
  expect(words(ran)).toMatch(/p2.*(did not answer|is not reachable)/);
  expect(words(ran)).toMatch(/p3.*host key .* expected .* no command was run/);
  expect(await Promise.all(stay.map(written))).toEqual(before);
  expect(before[0]).toContain('/etc/tricade/haproxy.cfg');
});

test('what was in the way is gone: the same roll-out goes through', async () => {
  await labExec(name, 'p1', [
    'sh',
    '-c',
    'echo "haproxy:x:$(getent group haproxy | cut -d: -f3):$(getent group haproxy | cut -d: -f3)::/var/lib/haproxy:/usr/sbin/nologin" >>/etc/passwd',
  ]);
  await labFault(name, { kind: 'on', host: 'p2' });
  await oldHostKey('p3');
  const ran = await run(['apply', at.stage.file, '--yes']);
  expect(words(ran)).toMatch(/^DONE/m);
  await healthy(at.stage);
});

test('what trace foresees of a drain is what the conductor then does', async () => {
  const { file } = at.stage;
  const flow = ['--from', '192.0.2.200:40000', '--to', '203.0.113.10:80'];
  const asked = ['trace', file, ...flow, '--after', 'drain p2', '-o', 'json'];
  const foreseen = JSON.parse((await must(run(asked))).stdout) as {
    readonly after: { readonly groups: readonly { rowsMoved: number; of: number }[] };
  };
  const [l7] = foreseen.after.groups;
  figure(`foreseen: ${l7?.rowsMoved} of ${l7?.of} rows`);
  await must(run(['drain', file, 'p2', '--why', 'foreseen', '--timeout', '30s']));
  const { stdout } = await must(run(['events', file]));
  expect(stdout).toMatch(new RegExp(`l7: flip \\(step \\d+\\), ${l7?.rowsMoved} rows`));
  await must(run(['undrain', file, 'p2']));
});

test('a plan that was written down: refused while a node is not as it was, applied exactly, and only once', async () => {
  const { file } = at.stage;
  const plan = `${file}.plan`;
  writeFileSync(file, shop(name, { 'cookie: SRV': 'cookie: PLANNED' }));
  const planned = await run(['plan', file, '--out', plan, '--detailed-exitcode']);
  expect(planned.code).toBe(2);
  expect(statSync(plan).mode & 0o777).toBe(0o600);
  const key = (await labExec(name, 'l4a', ['cat', '/etc/tricade/generation.json'])).stdout;
  const { hashKey } = JSON.parse(key) as { readonly hashKey: string };
  expect(readFileSync(plan, 'utf8')).not.toContain(hashKey);

  const spoil = 'cp -p /etc/tricade/haproxy.cfg /root/ && echo >>/etc/tricade/haproxy.cfg';
  await labExec(name, 'p2', ['sh', '-c', spoil]);
  const refused = await run(['apply', plan, '--yes']);
  expect(words(refused)).toMatch(/TRI-R009 {2}p2: role proxy is not as it was/);
  expect(refused.code).toBe(1);
  await labExec(name, 'p2', ['mv', '/root/haproxy.cfg', '/etc/tricade/haproxy.cfg']);

  const applied = await must(run(['apply', plan, '--yes']));
  expect(words(applied)).toMatch(/m1 {2}done in/);
  expect(words(applied)).not.toMatch(/p1 {2}begins/);
  expect(applied.stdout).toMatch(/^WAVE DONE/);
  const again = await run(['apply', plan, '--yes']);
  expect(words(again)).toMatch(/TRI-R009 {2}m1: generation (\d+) then, (\d+) now/);
  expect(words(await must(run(['apply', file, '--yes'])))).toMatch(/^DONE/m);
});

async function newHostKey(host: string): Promise<void> {
  await inSsh(
    host,
    'mkdir /root/key && mv ssh_host_ed25519_key* /root/key && ssh-keygen -q -t ed25519 -N "" -f ssh_host_ed25519_key',
  );
}

async function oldHostKey(host: string): Promise<void> {
  await inSsh(host, 'mv /root/key/* .');
}

async function inSsh(host: string, script: string): Promise<void> {
  const whole = `cd /etc/ssh && ${script} && systemctl restart ssh`;
  const { code, stderr } = await labExec(name, host, ['sh', '-c', whole]);
  if (code !== 0) throw new Error(stderr);
}
