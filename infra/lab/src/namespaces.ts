/** The namespaces of a lab: mount, net, pid, ipc and uts in one set, gone when their process 1 ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { TricadeError } from '@tricade/cluster';
import { makeCgroups } from './cgroups.ts';
import { shellWord } from './command.ts';
import { labPaths } from './paths.ts';
import { initCgroup, labInit } from './state.ts';

/**
 * Makes the namespaces of a lab; resolves to the pid of its init. `tied`: they end with this process, however it ends (prctl(2),
 * PR_SET_PDEATHSIG). The lab's init is in its cgroup before anything else happens, so that whatever is killed when, `labDown` finds all
 * of it there: the wrapper waits for a word on its stdin, and ends without a trace where this process dies before. Throws TRI-L003.
 */
export async function startNamespaces(lab: string, tied: boolean): Promise<number> {
  const cgroups = makeCgroups(lab, initCgroup);
  const script = [
    ...cgroups.map((folder) => `echo $$ >${shellWord(`${folder}/cgroup.procs`)} || exit 1`),
    'read -r go || exit 1',
    `exec ${tied ? 'setpriv --pdeathsig KILL ' : ''}unshare --mount --net --pid --ipc --uts --fork --kill-child --mount-proc --propagation private bash -c "$1" </dev/null 2>&1`,
  ].join('\n');
  const child = spawn('sh', ['-c', script, 'sh', initScript(lab)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => {}); // the wrapper ended; `saidReady` tells
  child.stdin.end('go\n');
  await saidReady(child, 10_000);
  child.stdout.destroy();
  child.unref();
  const init = labInit(lab);
  if (init === undefined)
    throw new TricadeError('TRI-L003', 'the namespaces of the lab ended at once', {
      hint: 'something outside killed them; try again',
    });
  return init;
}

/** A path of the lab's mount namespace, as it can be reached from outside. */
export function insideLab(init: number, path: string): string {
  return `/proc/${init}/root${path}`;
}

/**
 * What hosts write lies in memory, in this mount namespace only: it goes with the lab. Ignoring SIGCHLD makes the kernel reap orphans
 * (sleep would not); of Debian's shells bash alone hands that on.
 */
function initScript(lab: string): string {
  const { inner, bpf } = labPaths(lab);
  return `set -e
hostname lab-${lab}
mkdir -p /run/netns /run/systemd ${shellWord(inner)}
mount -t tmpfs -o mode=0755 lab-netns /run/netns
mount -t tmpfs -o mode=0755 lab-systemd /run/systemd
mount -t tmpfs -o mode=0700 lab-${lab} ${shellWord(inner)}
mkdir ${shellWord(bpf)}
mount -t bpf -o mode=0700 bpf ${shellWord(bpf)}
# The switches speak no IPv6 of their own: no noise in captures.
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo ready
trap '' CHLD
exec sleep infinity >/dev/null 2>&1
`;
}

function saidReady(child: ChildProcess, timeoutMs: number): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    const fail = (what: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(
        new TricadeError('TRI-L003', `${what}${said.trim() && `: ${said.trim()}`}`, {
          hint: 'a lab needs root with all capabilities; a container around it must be a privileged one',
        }),
      );
    };
    const timer = setTimeout(() => fail(`no namespaces within ${timeoutMs} ms`), timeoutMs);
    child.on('error', (cause) => fail(String(cause)));
    child.on('close', () => fail('the namespaces of the lab could not be made'));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!/^ready$/m.test(said)) return;
      clearTimeout(timer);
      child.removeAllListeners('close');
      resolve();
    });
  });
}
