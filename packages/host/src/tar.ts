/** Writes a tar archive (POSIX ustar, IEEE Std 1003.1, with GNU long names) in memory: small batches of files. */

export interface TarEntry {
  /** Without leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

const block = 512;

/** The whole archive, two empty blocks included. Owners are left to the one who unpacks. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap(({ path, mode, content }) => [
    ...longName(path),
    header({ path, mode, size: content.length, type: '0' }),
    content,
    padding(content.length),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function longName(name: string): Buffer[] {
  const bytes = Buffer.from(`${name}\0`);
  if (bytes.length <= 100) return [];
  const size = bytes.length;
  return [header({ path: '././@LongLink', mode: 0, size, type: 'L' }), bytes, padding(size)];
}

interface HeaderFields {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
}

function header({ path, mode, size, type }: HeaderFields): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  Buffer.from(path).copy(bytes, 0, 0, 100);
  octal(mode & 0o7777, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.fill(' ', 148, 156);
  bytes.write(type, 156, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

function padding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}
