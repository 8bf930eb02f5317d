/** The shell scripts that wire, boot and watch a host, inside the lab's namespaces. Pure text. */
import { shellWord } from './command.ts';
import { guestFolder, guestNode } from './host-layer.ts';
import { deviceOf, type LabHost } from './model.ts';
import { consolePath, hostPaths, labPaths } from './paths.ts';
import type { Bind, LabSetup } from './state.ts';
import { addressBatch, cableBatch, legsOf, namespaceOf, portOf } from './wiring.ts';

/** `wire.sh up`: namespace, cables, addresses, from nothing or from what an earlier life left. `wire.sh down`: all of it away, as power loss does. */
export function wireScript(setup: LabSetup, host: LabHost): string {
  const { topology, xdpPeers } = setup;
  const program = xdpPeers ? labPaths(topology.name).passProgram : undefined;
  const legs = legsOf(topology, host);
  const bpf = shellWord(hostPaths(topology.name, host.name).bpf);
  const namespace = namespaceOf(host.name);
  return `set -eu
# Names go at once: a dying namespace would hold those of the cables for a while.
for port in ${legs.map(({ network }) => portOf(topology, host.name, network)).join(' ')}; do ip link delete $port 2>/dev/null || :; done
ip netns delete ${namespace} 2>/dev/null || :
umount ${bpf} 2>/dev/null || :
[ "$1" = up ] || exit 0
mount -t bpf -o mode=0700 bpf ${bpf}
ip netns add ${namespace}
# Without this ip keeps links of its own in the first bpffs that it finds: that of some host.
export TC_BPF_MNT=${shellWord(labPaths(topology.name).bpf)}
ip -batch - <<'END'
${cableBatch(topology, host, program)}END
exec nsenter --net=/run/netns/${namespace} sh -eu <<'END'
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
echo 0 >/proc/sys/net/ipv6/conf/default/accept_ra
ip -batch - <<'BATCH'
${addressBatch(topology, host)}BATCH
# A veth leaves checksums to nobody: with XDP in the path the sender must finish them.
for device in ${host.interfaces.map(deviceOf).join(' ')}; do ethtool -K $device tx off >/dev/null; done
END
`;
}

/** `start.sh`: puts the host together and leaves `supervise.sh` behind. Ends when the host is wired and its boot begins. `cgroups`: of the host, v2 first. */
export function startScript(setup: LabSetup, host: LabHost, cgroups: readonly string[]): string {
  const lab = setup.topology.name;
  const paths = hostPaths(lab, host.name);
  const lower = [labPaths(lab).base, setup.layer, '/'].filter((layer) => layer).join(':');
  const layers = `lowerdir=${lower},upperdir=${paths.upper},workdir=${paths.work}`;
  const root = shellWord(paths.root);
  return `set -eu
${cgroups.map((folder) => `echo $$ >${shellWord(`${folder}/cgroup.procs`)}`).join('\n')}
mountpoint -q ${root} || mount -t overlay lab-${host.name} -o ${shellWord(layers)} ${root}
sh ${shellWord(paths.wire)} up
setsid sh ${shellWord(paths.supervise)} </dev/null >/dev/null 2>&1 &
`;
}

/** `supervise.sh`: the host's power supply. nspawn ends with 133 where the host asked for a reboot; with anything else the host is off. */
export function superviseScript(setup: LabSetup, host: LabHost): string {
  const lab = setup.topology.name;
  const log = shellWord(consolePath(lab, host.name));
  return `export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
while :; do
code=0
${nspawn(setup, host).map(shellWord).join(' ')} </dev/null >>${log} 2>&1 || code=$?
echo "systemd-nspawn ended with $code" >>${log}
[ $code = 133 ] || break
sh ${shellWord(hostPaths(lab, host.name).wire)} up >>${log} 2>&1 || break
done
`;
}

/**
 * Never more capabilities than these: with all of them a host could set the machine's clock. CAP_MKNOD is dropped so that no host
 * reaches a device of the machine.
 */
function nspawn(setup: LabSetup, host: LabHost): string[] {
  const lab = setup.topology.name;
  const { root, bpf } = hostPaths(lab, host.name);
  const binds: Bind[] = [
    { source: setup.node, target: guestNode },
    { source: setup.guest, target: guestFolder },
    ...setup.binds,
  ];
  return [
    'systemd-nspawn',
    '--quiet',
    '--boot',
    `--directory=${root}`,
    `--machine=${lab}-${host.name}`,
    `--hostname=${host.name}`,
    '--register=no',
    '--keep-unit',
    `--network-namespace-path=/run/netns/${namespaceOf(host.name)}`,
    '--console=pipe',
    '--link-journal=no',
    '--resolv-conf=off',
    '--timezone=off',
    '--tmpfs=/tmp',
    `--bind=${bindWord(bpf)}:/sys/fs/bpf`,
    ...binds.map(({ source, target }) => `--bind-ro=${bindWord(source)}:${bindWord(target)}`),
    '--capability=CAP_NET_ADMIN,CAP_BPF,CAP_PERFMON,CAP_IPC_LOCK',
    '--drop-capability=CAP_MKNOD',
    '--system-call-filter=bpf',
    '--kill-signal=SIGRTMIN+3',
  ];
}

/** nspawn splits its binds at colons. */
function bindWord(path: string): string {
  return path.replaceAll('\\', '\\\\').replaceAll(':', '\\:');
}
