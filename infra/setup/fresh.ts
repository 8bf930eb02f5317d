/**
 * Proves the two commands of the README on an empty machine: makes a Debian root with nothing but Node and npm, boots it on this
 * machine, clones HEAD into it, runs the commands there and says how long each took. Arguments: which commands (`demo`, `test`).
 * Exits 0 only if all of them did. Leaves nothing but the archive of the empty root (`cachedRoot`).
 */
import {
  createReadStream,
  existsSync,
  globSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  cachedRoot,
  checkoutFolder,
  configurePackages,
  layOut,
  makeRootArchive,
  release,
} from './fresh/debian-root.ts';
import { boot, removeRoot } from './fresh/machine.ts';
import { openPackageProxy } from './fresh/package-proxy.ts';
import { packageSources } from './fresh/package-sources.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const base = '/var/lib/tricade-fresh';
const limitMs = 40 * 60_000;
const proxyPort = 3128;
const proxy = `http://127.0.0.1:${proxyPort}`;
const npmCommands: { readonly [command: string]: string } = {
  demo: 'npm run demo',
  test: 'npm test',
};

/** What a command left behind in the machine. */
interface Outcome {
  readonly exitCode: number;
  readonly totalMs: number;
  readonly setupSeconds: number;
}

/** The unit that runs the commands without a terminal, as nobody's session, then powers the machine off. */
function writeUnit(root: string, commands: readonly string[]): void {
  const script = `#!/bin/sh
# units that start by themselves, before and after: the set-up must add none
units() { systemctl list-unit-files --state=enabled --no-legend --no-pager | sort; }
running() { systemctl list-units --type=service --state=running --no-legend --no-pager --plain | cut -d' ' -f1 | sort; }
cd ${checkoutFolder}
units >/fresh/units.before; running >/fresh/running.before
node --version >/fresh/versions; npm --version >>/fresh/versions
${commands.map((command) => `start=$(date +%s%3N); ${npmCommands[command]} >/fresh/${command}.log 2>&1; echo "$? $(($(date +%s%3N) - start))" >/fresh/${command}.result`).join('\n')}
units >/fresh/units.after; running >/fresh/running.after
touch /fresh/finished
systemctl poweroff --no-block
`;
  writeFileSync(join(root, 'fresh/run'), script, { mode: 0o755 });
  writeFileSync(
    join(root, 'etc/systemd/system/fresh.service'),
    `[Unit]
Description=Commands of the README
[Service]
ExecStart=/fresh/run
Environment=HOME=/root http_proxy=${proxy} https_proxy=${proxy} no_proxy=localhost,127.0.0.1,::1
[Install]
WantedBy=multi-user.target
`,
  );
}

/** Copies a log to stdout as it grows, until `done`. */
async function follow(path: string, done: () => boolean): Promise<void> {
  let at = 0;
  for (let last = false; !last; ) {
    last = done();
    if (existsSync(path)) {
      for await (const chunk of createReadStream(path, { start: at })) {
        at += (chunk as Buffer).length;
        process.stdout.write(chunk as Buffer);
      }
    }
    if (!last) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function outcomeOf(root: string, command: string): Outcome | undefined {
  const result = join(root, `fresh/${command}.result`);
  if (!existsSync(result)) return undefined;
  const [exitCode = 1, totalMs = 0] = readFileSync(result, 'utf8').split(' ').map(Number);
  const log = readFileSync(join(root, `fresh/${command}.log`), 'utf8');
  const steps = [...log.matchAll(/^setup: .* in ([\d.]+) s$/gm)].map(([, seconds]) =>
    Number(seconds),
  );
  return { exitCode, totalMs, setupSeconds: steps.reduce((a, b) => a + b, 0) };
}

/** Lines of `NAME.after` that `NAME.before` lacks. */
function added(root: string, name: string): string[] {
  const lines = (when: string) =>
    readFileSync(join(root, `fresh/${name}.${when}`), 'utf8').split('\n');
  const before = lines('before');
  return lines('after').filter((line) => !before.includes(line));
}

/** True if all is well; says what it saw. */
function report(root: string, commands: readonly string[], refused: ReadonlySet<string>): boolean {
  const versions = readFileSync(join(root, 'fresh/versions'), 'utf8').trim().split('\n');
  console.log(
    `\nfresh Debian (${release}), Node ${versions[0]} and npm ${versions[1]} from Debian`,
  );
  let green = true;
  for (const command of commands) {
    const outcome = outcomeOf(root, command);
    green &&= outcome?.exitCode === 0;
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    const words = outcome
      ? `exit ${outcome.exitCode}, ${seconds(outcome.totalMs)}, of which set-up ${seconds(outcome.setupSeconds * 1000)}`
      : 'did not finish';
    console.log(`  ${(npmCommands[command] ?? '').padEnd(14)} ${words}`);
  }
  const findings = {
    'units that the set-up left enabled': existsSync(join(root, 'fresh/finished'))
      ? added(root, 'units')
      : [],
    'services that it left running': existsSync(join(root, 'fresh/finished'))
      ? added(root, 'running')
      : [],
    'hosts asked for besides the package sources': [...refused],
  };
  for (const [what, found] of Object.entries(findings)) {
    console.log(`  ${what}: ${found.length === 0 ? 'none' : found.join(', ')}`);
    green &&= found.length === 0;
  }
  return green;
}

/** Roots of runs that were killed. */
function removeLeftovers(): void {
  for (const folder of globSync(`${base}/fresh-*`)) {
    if (!existsSync(`/proc/${folder.split('-').at(-1)}`)) removeRoot(folder);
  }
}

async function prove(commands: readonly string[]): Promise<boolean> {
  removeLeftovers();
  const name = `fresh-${process.pid}`;
  const root = join(base, name);
  const socket = join(base, `${name}.sock`);
  const sources = packageSources(release);
  console.log(
    existsSync(cachedRoot)
      ? `root from ${cachedRoot}`
      : `making ${cachedRoot}: about a minute, once`,
  );
  makeRootArchive(sources);
  await mkdir(base, { recursive: true });
  const packages = await openPackageProxy(socket, sources.hosts);
  try {
    layOut(root, checkout);
    configurePackages(root, sources, proxy);
    await mkdir(join(root, 'fresh'));
    await mkdir(join(root, 'etc/systemd/system/multi-user.target.wants'), { recursive: true });
    writeUnit(root, commands);
    symlinkSync(
      '../fresh.service',
      join(root, 'etc/systemd/system/multi-user.target.wants/fresh.service'),
    );
    const machine = boot({ name, root, proxySocket: socket, proxyPort });
    let off = false;
    const limit = setTimeout(() => void machine.stop(), limitMs);
    const signalled = () => void machine.stop();
    process.once('SIGINT', signalled).once('SIGTERM', signalled);
    try {
      const ends = machine.off.then(() => {
        off = true;
      });
      for (const command of commands) {
        console.log(`\n== ${npmCommands[command]}, on the fresh machine`);
        const finished = () => off || existsSync(join(root, `fresh/${command}.result`));
        await follow(join(root, `fresh/${command}.log`), finished);
      }
      await ends;
    } finally {
      clearTimeout(limit);
      await machine.stop();
    }
    return report(root, commands, packages.refused);
  } finally {
    packages.close();
    await rm(socket, { force: true });
    removeRoot(root);
  }
}

const asked = process.argv.slice(2).filter((argument) => argument !== '--');
const unknown = asked.find((command) => !(command in npmCommands));
if (unknown !== undefined) {
  console.error(`fresh: ${unknown} is none of: ${Object.keys(npmCommands).join(', ')}`);
  process.exitCode = 2;
} else {
  const commands = asked.length > 0 ? asked : Object.keys(npmCommands);
  process.exitCode = (await prove(commands)) ? 0 : 1;
}
