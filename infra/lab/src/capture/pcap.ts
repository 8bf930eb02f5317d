/** Reads capture files: classic pcap (draft-ietf-opsawg-pcap), either byte order, micro- or nanoseconds, Ethernet. Pure. */

export interface PcapRecord {
  /** Wall clock, ms since 1970, with fractions. */
  readonly atMs: number;
  /** Length on the wire; `frame` may be shorter. */
  readonly lengthBytes: number;
  readonly frame: Uint8Array;
}

const magics: Readonly<Record<number, number>> = { 2712847316: 1e6, 2712812621: 1e9 };
const ethernet = 1;
const fileHeaderBytes = 24;
const recordHeaderBytes = 16;

/**
 * The records of a file. A record that is cut off at the end (the writer was killed) is left out; an empty file has none. Throws RangeError for
 * what is no pcap file of Ethernet frames.
 */
export function parsePcap(file: Uint8Array): PcapRecord[] {
  if (file.length < fileHeaderBytes) return [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const littleEndian = magics[view.getUint32(0, true)] !== undefined;
  const ticksPerSecond = magics[view.getUint32(0, littleEndian)];
  if (ticksPerSecond === undefined) throw new RangeError('not a pcap file');
  const linkType = view.getUint32(20, littleEndian) & 0xffff;
  if (linkType !== ethernet) throw new RangeError(`link type ${linkType} is not Ethernet`);
  const records: PcapRecord[] = [];
  for (let at = fileHeaderBytes; at + recordHeaderBytes <= file.length; ) {
    const capturedBytes = view.getUint32(at + 8, littleEndian);
    const begin = at + recordHeaderBytes;
    if (begin + capturedBytes > file.length) break;
    const ticks = view.getUint32(at + 4, littleEndian);
    records.push({
      atMs: view.getUint32(at, littleEndian) * 1000 + (ticks * 1000) / ticksPerSecond,
      lengthBytes: view.getUint32(at + 12, littleEndian),
      frame: file.subarray(begin, begin + capturedBytes),
    });
    at = begin + capturedBytes;
  }
  return records;
}
