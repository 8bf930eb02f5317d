/**
 * Proves the two commands of the README on an empty machine: makes a Debian root with nothing but Node and npm, boots it on this
 * machine, clones HEAD into it, runs the commands there and says how long each took. Arguments: which commands (`demo`, `test`).
 * Exits 0 only if all of them did and left no service behind. Keeps nothing but the archive of the empty root (`cachedRoot`).
 */
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  cachedRoot,
  configurePackages,
  layOut,
  makeRootArchive,
  release,
} from './fresh/debian-root.ts';
import { boot, type Machine, machineName, removeLeftovers } from './fresh/machine.ts';
import { openPackageProxy, ownProxy } from './fresh/package-proxy.ts';
import { packageSources } from './fresh/package-sources.ts';
import { filesOf, installRuns, type Run, type Runs, readmeCommands, runsIn } from './fresh/runs.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const base = '/var/lib/tricade-fresh';
const limitMs = 40 * 60_000;
const proxyPort = 3128;

/** True if all commands worked on the fresh machine. */
async function prove(commands: readonly string[]): Promise<boolean> {
  const name = machineName;
  const root = join(base, name);
  const proxySocket = join(base, `${name}.sock`);
  const sources = packageSources(release);
  await removeLeftovers(base);
  await mkdir(base, { recursive: true });
  console.log(existsSync(cachedRoot) ? `root from ${cachedRoot}` : `making ${cachedRoot}, once`);
  makeRootArchive(sources);
  const packages = await openPackageProxy({
    path: proxySocket,
    hosts: sources.hosts,
    upstream: ownProxy(),
  });
  try {
    const proxy = `http://127.0.0.1:${proxyPort}`;
    layOut(root, checkout);
    configurePackages(root, sources, proxy);
    installRuns(root, commands, proxy);
    await watched(boot({ name, root, proxySocket, proxyPort }), root, commands);
    return report(runsIn(root, commands), packages.refused);
  } finally {
    packages.close();
    await rm(proxySocket, { force: true });
    await rm(root, { recursive: true, force: true });
  }
}

/** Shows the commands at work until the machine is off; stops it at the limit, or when asked to end. */
async function watched(machine: Machine, root: string, commands: readonly string[]): Promise<void> {
  const stop = (): void => void machine.stop();
  const limit = setTimeout(stop, limitMs);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let off = false;
  const ended = machine.off.then(() => {
    off = true;
  });
  try {
    for (const command of commands) {
      console.log(`\n== ${readmeCommands[command]}, on the fresh machine`);
      const { log, result } = filesOf(root, command);
      await follow(log, () => off || existsSync(result));
    }
    await ended;
  } finally {
    clearTimeout(limit);
    await machine.stop();
  }
}

/** Copies a file to stdout as it grows, until `done`. */
async function follow(path: string, done: () => boolean): Promise<void> {
  let at = 0;
  for (let last = false; !last; ) {
    last = done();
    if (existsSync(path)) {
      for await (const chunk of createReadStream(path, { start: at })) {
        at += chunk.length;
        process.stdout.write(chunk);
      }
    }
    if (!last) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function report(runs: Runs, refused: ReadonlySet<string>): boolean {
  const [node, npm] = runs.versions;
  console.log(`\nfresh Debian (${release}), Node ${node} and npm ${npm} from Debian`);
  for (const [command, run] of runs.byCommand) {
    console.log(`  ${(readmeCommands[command] ?? '').padEnd(14)} ${words(run)}`);
  }
  const findings = {
    'units left enabled': runs.unitsAdded ?? ['not known'],
    'services left running': runs.servicesAdded ?? ['not known'],
    'hosts asked for besides the package sources': [...refused],
  };
  for (const [what, found] of Object.entries(findings)) {
    console.log(`  ${what}: ${found.join(', ') || 'none'}`);
  }
  return (
    [...runs.byCommand.values()].every((run) => run?.exitCode === 0) &&
    Object.values(findings).every((found) => found.length === 0)
  );
}

function words(run: Run | undefined): string {
  if (!run) return 'did not end';
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return `exit ${run.exitCode}, ${seconds(run.totalMs)}, of which set-up ${seconds(run.setupMs)}`;
}

const asked = process.argv.slice(2).filter((argument) => argument !== '--');
const unknown = asked.find((command) => !(command in readmeCommands));
if (unknown !== undefined) {
  console.error(`fresh: ${unknown} is none of: ${Object.keys(readmeCommands).join(', ')}`);
  process.exitCode = 2;
} else {
  const commands = asked.length > 0 ? asked : Object.keys(readmeCommands);
  process.exitCode = (await prove(commands)) ? 0 : 1;
}
