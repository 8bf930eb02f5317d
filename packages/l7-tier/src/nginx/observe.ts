/** What runs, read back; changes nothing. */
import { createHash } from 'node:crypto';
import type { Host, Observed } from '@tricade/cluster';
import { selfKey } from '../wanted-servers.ts';
import { askControl, parseState, type Running } from './control.ts';
import { poolsPath } from './paths.ts';

/** Whether nginx runs, with what it says of its workers and servers. */
export async function observeProxy(host: Host): Promise<Observed> {
  const running = await askControl(host, 'state').then(parseState, () => undefined);
  if (!running) return { running: false, notes: ['nginx does not answer on its control socket'] };
  const file = await host.read(poolsPath);
  const digest = file && createHash('md5').update(file).digest('hex');
  const { version, oldWorkers } = running;
  return {
    running: true,
    notes: [
      `nginx ${version} runs`,
      ...serverNotes(running),
      ...(oldWorkers > 0 ? [`replaced workers that finish their connections: ${oldWorkers}`] : []),
      ...(digest === running.poolsDigest ? [] : ['what runs is older than the file']),
    ],
  };
}

function serverNotes({ servers }: Running): string[] {
  const others = [...servers].filter(([key]) => key !== selfKey);
  const ready = others.filter(([, { state }]) => state === 'ready').length;
  const isDraining = servers.get(selfKey)?.state !== 'ready';
  return [`${ready} of ${others.length} servers ready`, ...(isDraining ? ['draining'] : [])];
}
