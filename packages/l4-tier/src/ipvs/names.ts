/** Paths of our files, and the words that may stand in a line for ipvsadm, nft or the shell. Pure. */
import { canonicalAddress, parsePrefix, TricadeError } from '@tricade/cluster';

/** Services as `ipvsadm --restore` takes them, without reals: those are live. */
export const servicesFile = '/etc/tricade/ipvs-services';
/** Prefixes that the kernel takes as its own, so that packets for them reach IPVS. */
export const vipsFile = '/etc/tricade/ipvs-vips';
/** Marks for what no service of one address and one port can name, and the guard of the director's own ports. */
export const marksFile = '/etc/tricade/ipvs-marks.nft';
export const loadScript = '/etc/tricade/ipvs.sh';
export const modulesFile = '/etc/modules-load.d/tricade-ipvs.conf';
export const unitName = 'tricade-ipvs.service';
export const unitFile: string = `/etc/systemd/system/${unitName}`;
/** What the script has put into the kernel since boot: it takes nothing else away. */
export const appliedFolder = '/run/tricade/ipvs';

/** The one nft table of this driver, of family inet. */
export const marksTable = 'tricade-ipvs';

export type Family = 4 | 6;
export type Protocol = 'tcp' | 'udp';

function unwritable(value: string, what: string): TricadeError {
  return new TricadeError('TRI-D30', `${JSON.stringify(value)} is no ${what}`);
}

/** Family of an address or prefix. Throws TRI-D30. */
export function familyOf(vip: string): Family {
  const family = parsePrefix(vip)?.family;
  if (family === undefined) throw unwritable(vip, 'address or prefix');
  return family;
}

/** Address and port as ipvsadm writes them. Throws TRI-D30. */
export function endpoint(address: string, port: number): string {
  const canonical = canonicalAddress(address);
  if (canonical === undefined) throw unwritable(address, 'address');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw unwritable(`${port}`, 'port');
  return canonical.includes(':') ? `[${canonical}]:${port}` : `${canonical}:${port}`;
}

/** A device as the shell, ipvsadm and the kernel take it: 15 characters (IFNAMSIZ). Throws TRI-D30. */
export function deviceWord(device: string): string {
  if (!/^[A-Za-z0-9_.:@-]{1,15}$/.test(device) || device.startsWith('-')) {
    throw unwritable(device, 'device name');
  }
  return device;
}
