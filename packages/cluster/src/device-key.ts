/** Keys of sysctl that belong to a device. */

export interface DeviceSetting {
  readonly family: 4 | 6;
  /** `conf` unless said: `net.ipv4.conf.…`. */
  readonly of?: 'conf' | 'neigh';
  /** A device's name, or `all`. */
  readonly device: string;
  readonly leaf: string;
}

/** A name with dots is written with slashes around it (sysctl.d(5)). */
export function deviceKey({ family, of = 'conf', device, leaf }: DeviceSetting): string {
  return ['net', `ipv${family}`, of, device, leaf].join(device.includes('.') ? '/' : '.');
}
