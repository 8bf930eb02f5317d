/** A running lab for tests, under a root of its own: no lab that somebody has up on this machine is touched. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { type LabExecResult, type LabTopology, labDown, labExec, labUp } from '../index.ts';
import { smallTopology } from './topology.ts';

export const lab = 'small';
export const topology: LabTopology = smallTopology(lab);

/** Fetches from w1 once, through the router; run it on `client`. */
export const fetchWeb: string = fetching('http://198.51.100.31:8080/');

export function fetching(url: string): string {
  return `curl -sf -m 3 '${url}'`;
}

/** To be called in a test file: its labs have a root of their own, which the function returns. */
export function ownRoot(): () => string {
  const before = process.env['TRICADE_LAB_DIR'];
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'lab-'));
    process.env['TRICADE_LAB_DIR'] = root;
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
    if (before === undefined) delete process.env['TRICADE_LAB_DIR'];
    else process.env['TRICADE_LAB_DIR'] = before;
  });
  return () => root;
}

/** To be called in a test file: the small lab is up while its tests run, and its router forwards. */
export function smallLab(): () => string {
  const root = ownRoot();
  beforeAll(async () => {
    await labUp(topology, { timeoutMs: 60_000 });
    await forward();
  });
  afterAll(() => labDown(lab));
  return root;
}

/** Forwarding is the router's own configuration, which a rollout would bring. */
export async function forward(name: string = lab): Promise<void> {
  const script = 'sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1';
  expect((await sh('r1', script, name)).code).toBe(0);
}

/** Runs a script in a host. */
export async function sh(host: string, script: string, name: string = lab): Promise<LabExecResult> {
  return labExec(name, host, ['sh', '-c', script], { timeoutMs: 20_000 });
}

/** Looks until something is there; throws after 10 s. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  for (const deadline = performance.now() + 10_000; ; ) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await delay(20);
  }
}
