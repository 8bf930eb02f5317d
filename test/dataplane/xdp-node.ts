/** A node with the device of an xdp director and nobody else on the cable, and the files that its bundle names. */
import { buildHelper, buildObject } from '../../infra/packaging/bpf-objects.ts';
import type { BpfFiles, DirectorState } from '../../packages/cluster/src/index.ts';
import { xdpDirector } from '../../packages/l4-tier/src/xdp/driver.ts';
import type { Blobs } from './install.ts';
import { NamespaceNode } from './namespace-node.ts';
import { addressOf, directorState, type Mode } from './three-hop.ts';

/** Builds helper and director object where their sources changed. */
export async function xdpFiles(): Promise<{ readonly bpf: BpfFiles; readonly blobs: Blobs }> {
  const [helper, object] = await Promise.all([buildHelper(), buildObject('director.bpf.c')]);
  return {
    bpf: { helper, object },
    blobs: new Map([helper, object].map(({ sha256, path }) => [sha256, path])),
  };
}

export const xdpState = (bpf: BpfFiles, mode?: Mode): DirectorState => ({
  ...directorState('l4a', mode),
  bpf,
});

/** `edge` with its other end in the same node, where what leaves can be counted. */
export async function xdpNode(): Promise<NamespaceNode> {
  const node = await NamespaceNode.start('one');
  await node.must('ip link add edge type veth peer name edge-end && ip link set edge-end up');
  await node.must(`ip link set edge up && ip addr add ${addressOf('l4a')}/24 dev edge`);
  return node;
}

export { xdpDirector };
