/** The devices of a director on xdp. */
import { type DirectorState, TricadeError } from '@tricade/cluster';
import { mostArms } from './abi.ts';

/** Devices at which its program sits, by the index that reals name them with: the one by which packets come in first. Throws TRI-D01 for more than there is room for. */
export function devicesOf({ node, device, arms = [] }: DirectorState): readonly string[] {
  const devices = [device, ...arms.map((arm) => arm.device)];
  if (devices.length <= mostArms) return devices;
  throw new TricadeError('TRI-D01', `${devices.length} devices, and ${mostArms} are the most`, {
    node,
  });
}
