/** What runs, read back; changes nothing. */
import type { Host, Observed } from '@tricade/cluster';
import { selfPool, selfServer } from './paths.ts';
import { askMaster, askRuntime, dropRuntime } from './runtime.ts';
import { parseServers } from './servers.ts';
import { parseInfo, parseWorkers } from './show.ts';

/** Whether HAProxy runs, with what it says of its workers and servers. */
export async function observeProxy(host: Host): Promise<Observed> {
  const notes = await runningNotes(host);
  return notes === undefined
    ? { running: false, notes: ['HAProxy does not answer on its runtime socket'] }
    : { running: true, notes };
}

/** undefined: it does not run. */
async function runningNotes(host: Host): Promise<string[] | undefined> {
  const ask = () => askRuntime(host, ['show info', 'show servers state']);
  let answers = await ask().catch(() => undefined);
  if (answers && parseInfo(answers[0] ?? '').Stopping === '1') {
    await dropRuntime(host);
    answers = await ask().catch(() => undefined);
  }
  const info = parseInfo(answers?.[0] ?? '');
  if (info.Version === undefined || info.Stopping === '1') return undefined;
  const master = await askMaster(host, 'show proc').catch(() => '');
  const { old, failedReloads } = parseWorkers(master);
  return [
    `HAProxy ${info.Version} runs`,
    ...serverNotes(answers?.[1] ?? ''),
    ...(old.length > 0 ? [`replaced workers that finish their connections: ${old.length}`] : []),
    ...(failedReloads > 0
      ? [`the last ${failedReloads} reloads failed: what runs is older than the file`]
      : []),
  ];
}

function serverNotes(text: string): string[] {
  const servers = [...(parseServers(text) ?? [])];
  const self = `${selfPool}/${selfServer}`;
  const others = servers.filter(([key]) => key !== self);
  const ready = others.filter(([, { state }]) => state === 'ready').length;
  const isDraining = servers.some(([key, { state }]) => key === self && state !== 'ready');
  return [`${ready} of ${others.length} servers ready`, ...(isDraining ? ['draining'] : [])];
}
