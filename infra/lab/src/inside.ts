/**
 * Runs inside the lab's own namespaces (mount, net, pid, ipc, uts): lays the files of the hosts, the cables, and boots them. Started by
 * `up.ts` as the child of the lab's init: `inside.ts up DIR` or `inside.ts boot DIR HOST`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type HostIdentity, hostFiles, maskedUnits, opaqueDirectories } from './host-files.ts';
import type { LabHost, LabTopology } from './model.ts';
import { cgroupsOf } from './state.ts';
import { addressBatch, bridgeBatch, cableBatch, namespaceOf, networksOf } from './wiring.ts';

/** What `up.ts` hands over, as `setup.json` in the lab's directory. */
export interface LabSetup {
  readonly lab: string;
  readonly node: string;
  readonly guest: string;
  /** Root of an extra read-only layer below the hosts' own, or ''. */
  readonly layer: string;
  readonly keys: Readonly<Record<string, { readonly key: string; readonly publicKey: string }>>;
  readonly authorizedKey: string;
}

function run(command: string, argv: readonly string[], input?: string): void {
  execFileSync(command, argv, { input: input ?? '', stdio: ['pipe', 'ignore', 'inherit'] });
}

/** Lays the writable layer of a host; the directories are made opaque by the caller, all in one call. */
function layFiles(directory: string, identity: HostIdentity): readonly string[] {
  const upper = join(directory, 'h', identity.host.name, 'upper');
  const opaque = opaqueDirectories.map((path) => join(upper, path));
  for (const path of [
    ...opaque,
    join(upper, '../work'),
    join(upper, '../root'),
    join(upper, '../bpf'),
  ])
    mkdirSync(path, { recursive: true });
  for (const file of hostFiles(identity)) {
    mkdirSync(dirname(join(upper, file.path)), { recursive: true });
    writeFileSync(join(upper, file.path), file.text, { mode: file.mode });
  }
  const units = join(upper, 'etc/systemd/system');
  symlinkSync('lab.target', join(units, 'default.target'));
  for (const unit of maskedUnits(staticallyWanted())) symlinkSync('/dev/null', join(units, unit));
  if (identity.host.origin !== undefined) {
    mkdirSync(join(units, 'lab.target.wants'));
    symlinkSync('../lab-origin.service', join(units, 'lab.target.wants/lab-origin.service'));
  }
  return opaque;
}

/** Units that packages of the machine hook in without being enabled. */
function staticallyWanted(): readonly string[] {
  const targets = [
    'sysinit',
    'basic',
    'sockets',
    'timers',
    'paths',
    'local-fs',
    'local-fs-pre',
    'swap',
  ];
  const directories = targets.map((target) => `/usr/lib/systemd/system/${target}.target.wants`);
  return directories.filter((path) => existsSync(path)).flatMap((path) => readdirSync(path));
}

function identityOf(setup: LabSetup, host: LabHost): HostIdentity {
  const keys = setup.keys[host.name] ?? { key: '', publicKey: '' };
  const machineId = createHash('md5').update(`${setup.lab}/${host.name}`).digest('hex');
  return {
    lab: setup.lab,
    host,
    machineId,
    hostKey: keys.key,
    hostKeyPublic: keys.publicKey,
    authorizedKey: setup.authorizedKey,
  };
}

/** Namespaces, cables, addresses. A veth leaves checksums to nobody: with XDP in the path the sender must finish them. */
function wire(topology: LabTopology, hosts: readonly LabHost[]): void {
  for (const host of hosts) run('ip', ['netns', 'add', namespaceOf(host.name)]);
  run('ip', ['-batch', '-'], hosts.map((host) => cableBatch(topology, host)).join(''));
  for (const host of hosts) {
    run('ip', ['-n', namespaceOf(host.name), '-batch', '-'], addressBatch(topology, host));
    const devices = networksOf(host).slice(1);
    run('ip', [
      'netns',
      'exec',
      namespaceOf(host.name),
      'sh',
      '-c',
      devices.map((device) => `ethtool -K ${device} tx off >/dev/null`).join('\n') || ':',
    ]);
  }
}

/** Starts systemd in the host's namespaces. 133 is a reboot; any other end is off. */
function boot(directory: string, setup: LabSetup, host: LabHost): void {
  const home = join(directory, 'h', host.name);
  const lower = setup.layer === '' ? '/' : `${setup.layer}:/`;
  const mount = `mountpoint -q ${home}/root || mount -t overlay lab-${host.name} -o lowerdir=${lower},upperdir=${home}/upper,workdir=${home}/work ${home}/root
mountpoint -q ${home}/bpf || mount -t bpf -o mode=0700 bpf ${home}/bpf`;
  const join_ = cgroupsOf(setup.lab, host.name)
    .map((path) => `mkdir -p ${path}; echo $$ > ${path}/cgroup.procs`)
    .join('\n');
  const nspawn = [
    'systemd-nspawn',
    '--quiet',
    `--directory=${home}/root`,
    '--boot',
    '--register=no',
    '--keep-unit',
    `--network-namespace-path=/run/netns/${namespaceOf(host.name)}`,
    `--machine=${setup.lab}-${host.name}`,
    `--hostname=${host.name}`,
    '--console=pipe',
    '--link-journal=no',
    '--resolv-conf=off',
    '--timezone=off',
    '--tmpfs=/tmp',
    `--bind=${home}/bpf:/sys/fs/bpf`,
    `--bind-ro=${setup.node}:/opt/lab/node`,
    `--bind-ro=${setup.guest}:/opt/lab/guest`,
    '--capability=CAP_NET_ADMIN,CAP_BPF,CAP_PERFMON,CAP_IPC_LOCK',
    '--drop-capability=CAP_MKNOD',
    '--system-call-filter=bpf',
    '--kill-signal=SIGRTMIN+3',
  ].join(' ');
  const script = `${join_}
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
while :; do rc=0; ${nspawn} </dev/null >>${home}/console.log 2>&1 || rc=$?; echo "off, status $rc" >>${home}/console.log; [ $rc = 133 ] || break; done`;
  run('sh', ['-ec', mount]);
  spawn('setsid', ['sh', '-c', script], { detached: true, stdio: 'ignore' }).unref();
}

function up(directory: string, setup: LabSetup, topology: LabTopology): void {
  mkdirSync('/run/netns', { recursive: true });
  mkdirSync('/run/systemd', { recursive: true });
  run('mount', ['-t', 'tmpfs', 'none', '/run/netns']);
  run('mount', ['-t', 'tmpfs', 'none', '/run/systemd']);
  mkdirSync(join(directory, 'h'), { recursive: true });
  run('mount', ['-t', 'tmpfs', '-o', 'mode=0700', `lab-${setup.lab}`, join(directory, 'h')]);
  const opaque = topology.hosts.flatMap((host) => layFiles(directory, identityOf(setup, host)));
  run('setfattr', ['-n', 'trusted.overlay.opaque', '-v', 'y', ...opaque]);
  run('ip', ['-batch', '-'], bridgeBatch(topology));
  wire(topology, topology.hosts);
  for (const host of topology.hosts) boot(directory, setup, host);
}

const [, , action, directory = '', name] = process.argv;
const setup = JSON.parse(readFileSync(join(directory, 'setup.json'), 'utf8')) as LabSetup;
const topology = JSON.parse(readFileSync(join(directory, 'topology.json'), 'utf8')) as LabTopology;
if (readlinkSync('/proc/1/ns/net') !== readlinkSync('/proc/self/ns/net'))
  throw new Error('inside.ts runs inside the lab only');
if (action === 'up') {
  up(directory, setup, topology);
} else {
  const host = topology.hosts.find((each) => each.name === name);
  if (host !== undefined) {
    wire(topology, [host]);
    boot(directory, setup, host);
  }
}
