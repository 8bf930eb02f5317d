/** What is installed and runs, read back; changes nothing. */
import type { Host, ProxyState, Seen } from '@tricade/cluster';
import { selfPool, selfServer } from './paths.ts';
import { renderProxy } from './render.ts';
import { askMaster, askRuntime, dropRuntime } from './runtime.ts';
import { parseServers } from './servers.ts';
import { parseInfo, parseWorkers } from './show.ts';

/** The digest of a bundle is the installer's to read back (what it wrote down, and whether the files are still so); here '' and, as notes, files that are not as rendered. */
export async function observeProxy(host: Host, state: ProxyState): Promise<Seen> {
  const differing = await differingFiles(host, state);
  const running = await runningNotes(host);
  return {
    bundleDigest: '',
    running: running !== undefined,
    notes: [...differing, ...(running ?? ['HAProxy does not answer on its runtime socket'])],
  };
}

async function differingFiles(host: Host, state: ProxyState): Promise<string[]> {
  const found = await Promise.all(
    renderProxy(state).files.map(async ({ path, content }) => {
      const present = await host.read(path);
      if (!present) return [`${path} is not there`];
      const isSame = 'text' in content && new TextDecoder().decode(present) === content.text;
      return isSame ? [] : [`${path} is not as it was rendered`];
    }),
  );
  return found.flat();
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
