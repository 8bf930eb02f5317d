/**
 * The lab by hand, without a cluster file:
 *   node --conditions=source infra/lab/src/run.ts COMMAND TOPOLOGY.json [ARG…]
 *   up | down | status | access
 *   exec HOST ARGV…                 as root in the host
 *   ssh HOST ARGV…                  over its own sshd
 *   capture SECONDS HOST[,HOST…] [FILTER]
 *   fault KIND HOST [NETWORK | UNIT]
 */
import { readFileSync } from 'node:fs';
import { TricadeError } from '@tricade/cluster';
import { runCommand } from './command.ts';
import {
  describeFrame,
  type LabFault,
  type LabTopology,
  labAccess,
  labCapture,
  labDown,
  labExec,
  labFault,
  labStatus,
  labUp,
  sshCommand,
} from './index.ts';

type Command = (topology: LabTopology, args: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  up: async (topology) => {
    const { tookMs } = await labUp(topology, { onProgress: (text) => console.error(text) });
    return say(`up after ${Math.round(tookMs)} ms`);
  },
  down: async ({ name }) => say(`down after ${Math.round((await labDown(name)).tookMs)} ms`),
  status: async ({ name }) => say(await labStatus(name)),
  access: async ({ name }) => say(await labAccess(name)),
  exec: async ({ name }, [host = '', ...argv]) =>
    (await labExec(name, host, argv, { stdio: 'inherit' })).code,
  ssh: async ({ name }, [host = '', ...argv]) => {
    const command = [...(await sshCommand(name, host)), ...argv];
    return (await runCommand(command, { stdio: 'inherit', timeoutMs: 0 })).code;
  },
  capture: async ({ name }, [seconds = '5', hosts = '', filter = '']) => {
    const names = hosts === '' ? {} : { hosts: hosts.split(',') };
    const capture = await labCapture(name, { ...names, filter, seconds: Number(seconds) });
    for (const frame of capture.frames) {
      const { atMs, host, network, direction } = frame;
      const time = new Date(atMs).toISOString().slice(11, 23);
      say(`${time}  ${host}/${network} ${direction.padEnd(8)}  ${describeFrame(frame)}`);
    }
    return say(capture.folder);
  },
  fault: async ({ name }, [kind, host = '', what]) => {
    const fault = { kind, host, ...(what && { network: what, unit: what }) } as LabFault;
    return say(await labFault(name, fault));
  },
};

function say(what: unknown): number {
  console.log(typeof what === 'string' ? what : JSON.stringify(what, null, 2));
  return 0;
}

const [name = '', file = '', ...args] = process.argv.slice(2);
const command = commands[name];
if (!command || file === '') {
  console.error(`usage: run.ts ${Object.keys(commands).join('|')} TOPOLOGY.json [ARG…]`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await command(JSON.parse(readFileSync(file, 'utf8')), args);
  } catch (error) {
    const known = error instanceof TricadeError;
    console.error(known ? `${error.code}: ${error.message}\n  ${error.hint ?? ''}` : error);
    process.exitCode = 1;
  }
}
