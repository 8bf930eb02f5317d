/** The commands of the README as the fresh machine runs them, and what they left behind. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutFolder } from './debian-root.ts';

export const readmeCommands: Readonly<Record<string, string>> = {
  demo: 'npm run demo',
  test: 'npm test',
};

/** One command that ended. */
export interface Run {
  readonly exitCode: number;
  readonly totalMs: number;
  /** What the set-up said it took, summed. */
  readonly setupMs: number;
}

export interface Runs {
  /** First lines of `node --version` and `npm --version`. */
  readonly versions: readonly string[];
  /** By command; undefined for one that did not end. */
  readonly byCommand: ReadonlyMap<string, Run | undefined>;
  /** Units enabled, and services running, after the last command and not before the first; undefined where the machine did not get there. */
  readonly unitsAdded: readonly string[] | undefined;
  readonly servicesAdded: readonly string[] | undefined;
}

const folder = 'fresh';

/** Where the output of a command grows, and the file that appears when it has ended. */
export function filesOf(root: string, command: string): { log: string; result: string } {
  return {
    log: join(root, folder, `${command}.log`),
    result: join(root, folder, `${command}.result`),
  };
}

/** A unit runs the commands at boot, one after the other, without a terminal and as nobody's session; then the machine powers off. */
export function installRuns(root: string, commands: readonly string[], proxy: string): void {
  const lines = commands.map(
    (command) =>
      `start=$(date +%s%3N); ${readmeCommands[command]} >/${folder}/${command}.log 2>&1; echo "$? $(($(date +%s%3N) - start))" >/${folder}/${command}.result`,
  );
  const script = `#!/bin/sh
enabled() { systemctl list-unit-files --state=enabled --no-legend --no-pager | cut -d' ' -f1; }
running() { systemctl list-units --type=service --state=running --no-legend --no-pager --plain | cut -d' ' -f1; }
cd ${checkoutFolder}
(node --version; npm --version) >/${folder}/versions
enabled >/${folder}/enabled.before; running >/${folder}/running.before
${lines.join('\n')}
enabled >/${folder}/enabled.after; running >/${folder}/running.after
systemctl poweroff --no-block
`;
  const unit = `[Unit]
Description=Commands of the README
[Service]
ExecStart=/${folder}/run
Environment=HOME=/root http_proxy=${proxy} https_proxy=${proxy} no_proxy=localhost,127.0.0.1,::1
`;
  const wants = join(root, 'etc/systemd/system/multi-user.target.wants');
  mkdirSync(wants, { recursive: true });
  mkdirSync(join(root, folder));
  writeFileSync(join(root, folder, 'run'), script, { mode: 0o755 });
  writeFileSync(join(root, 'etc/systemd/system/fresh.service'), unit);
  symlinkSync('../fresh.service', join(wants, 'fresh.service'));
}

/** Reads what the commands left in the root of a machine that is off. */
export function runsIn(root: string, commands: readonly string[]): Runs {
  return {
    versions: linesOf(root, 'versions') ?? [],
    byCommand: new Map(commands.map((command) => [command, runOf(root, command)])),
    unitsAdded: added(root, 'enabled'),
    servicesAdded: added(root, 'running'),
  };
}

function runOf(root: string, command: string): Run | undefined {
  const { log, result } = filesOf(root, command);
  if (!existsSync(result)) return undefined;
  const [exitCode = 1, totalMs = 0] = readFileSync(result, 'utf8').split(' ').map(Number);
  const steps = readFileSync(log, 'utf8').matchAll(/^setup: .* in ([\d.]+) s$/gm);
  const setupMs = [...steps].reduce((sum, [, seconds]) => sum + Number(seconds) * 1000, 0);
  return { exitCode, totalMs, setupMs };
}

function added(root: string, name: string): readonly string[] | undefined {
  const before = linesOf(root, `${name}.before`);
  const after = linesOf(root, `${name}.after`);
  return before && after?.filter((line) => !before.includes(line));
}

function linesOf(root: string, name: string): readonly string[] | undefined {
  const path = join(root, folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : undefined;
}
