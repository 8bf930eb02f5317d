import type { AddressOwner, MacOwner, ModeEntry, Rewrites } from './mode-entry.ts';

/** One row of a packet table: step, who to whom, and the four addresses, as owners (`vip`, `real`, …). */
export interface PacketRow {
  /** From 1. */
  readonly step: number;
  readonly direction: 'request' | 'reply';
  readonly from: string;
  readonly to: string;
  readonly sourceAddress: AddressOwner;
  readonly sourceMac: MacOwner;
  readonly destinationAddress: AddressOwner;
  readonly destinationMac: MacOwner;
  readonly outer?: Rewrites['outer'];
}

/**
 * The packet table of a mode, as one balancer between client and real (or server) makes it: the template of `tricade modes MODE`, and of the two
 * tables by which proxy mode and DSR are usually taught. Listening has none of its own: empty.
 */
export function packetTable(mode: ModeEntry): readonly PacketRow[] {
  if (mode.kind === 'listening') return [];
  const balancer = mode.kind === 'l4' ? 'director' : 'proxy';
  const far = mode.kind === 'l4' ? 'real' : 'server';
  const arrival: Rewrites = {
    sourceAddress: 'client',
    destinationAddress: 'vip',
    sourceMac: 'before',
    destinationMac: balancer,
  };
  const { sent, forwarded } = mode.reply;
  const rows: Omit<PacketRow, 'step'>[] = [
    { direction: 'request', from: 'client', to: balancer, ...arrival },
    { direction: 'request', from: balancer, to: far, ...mode.request },
    { direction: 'reply', from: far, to: forwarded ? balancer : 'client', ...sent },
    ...(forwarded
      ? [{ direction: 'reply', from: balancer, to: 'client', ...forwarded } as const]
      : []),
  ];
  return rows.map((row, index) => ({ step: index + 1, ...row }));
}
