/** What of an ELF file runs: its segments (elf(5)). */

const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46, /* 64 bits, little-endian: */ 2, 1]);

/** Offsets in the header of a 64-bit ELF file, and in an entry of its program header table. */
const header = { phoff: 32, shoff: 40, phentsize: 54, phnum: 56, shnum: 60, shstrndx: 62 };
const segment = { offset: 8, filesz: 32 };

/**
 * The same executable without what only debuggers read (symbols, debugging data, the table of sections): all that lies behind its last segment. Throws
 * RangeError where it is not a 64-bit little-endian ELF file.
 */
export function withoutSymbols(elf: Uint8Array): Uint8Array {
  const file = Buffer.from(elf);
  if (!file.subarray(0, magic.length).equals(magic)) throw new RangeError('not a 64-bit ELF file');
  const [table, size, count] = [
    Number(file.readBigUInt64LE(header.phoff)),
    file.readUInt16LE(header.phentsize),
    file.readUInt16LE(header.phnum),
  ];
  const ends = Array.from({ length: count }, (_, index) => {
    const at = table + index * size;
    const length = file.readBigUInt64LE(at + segment.filesz);
    return Number(file.readBigUInt64LE(at + segment.offset) + length);
  });
  file.writeBigUInt64LE(0n, header.shoff);
  file.writeUInt16LE(0, header.shnum);
  file.writeUInt16LE(0, header.shstrndx);
  return file.subarray(0, Math.max(table + count * size, ...ends));
}
