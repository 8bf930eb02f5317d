/** An XDP program that passes every packet, as the ELF object that `ip link set … xdp obj` takes: so a lab needs no compiler for it. Pure. */

interface Section {
  readonly name: string;
  /** sh_type, sh_flags, sh_link, sh_info, sh_addralign, sh_entsize (System V ABI, chapter 4). */
  readonly type: number;
  readonly flags?: number;
  readonly link?: number;
  readonly info?: number;
  readonly entryBytes?: number;
  readonly content: Uint8Array;
}

const headerBytes = 64;
const progbits = 1;
const symtab = 2;
const strtab = 3;
const allocated = 2;
const executable = 4;
const bpfMachine = 247;
/** r0 = XDP_PASS (2); exit (RFC 9669). */
const instructions = Uint8Array.of(0xb7, 0, 0, 0, 2, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);

/** The object: section `xdp` with the function `pass`, section `license`. The same bytes every time. */
export function passProgram(): Uint8Array {
  const names = new StringTable();
  const symbol = names.add('pass');
  // One symbol behind the empty one: global (1) function (2), in section 1, 16 bytes long.
  const symbols = new DataView(new ArrayBuffer(48));
  symbols.setUint32(24, symbol, true);
  symbols.setUint8(28, (1 << 4) | 2);
  symbols.setUint16(30, 1, true);
  symbols.setBigUint64(40, BigInt(instructions.length), true);
  const text = new TextEncoder();
  const sections: Section[] = [
    { name: 'xdp', type: progbits, flags: allocated | executable, content: instructions },
    { name: 'license', type: progbits, flags: allocated, content: text.encode('GPL\0') },
    {
      name: '.symtab',
      type: symtab,
      link: 4,
      info: 1,
      entryBytes: 24,
      content: new Uint8Array(symbols.buffer),
    },
  ];
  const offsets = [...sections.map(({ name }) => name), '.strtab'].map((name) => names.add(name));
  const all = [...sections, { name: '.strtab', type: strtab, content: names.bytes() }];
  return assemble(all, offsets);
}

/** ELF header, contents at multiples of 8, section headers. */
function assemble(sections: readonly Section[], names: readonly number[]): Uint8Array {
  const places: number[] = [];
  let end = headerBytes;
  for (const { content } of sections) {
    places.push(end);
    end += Math.ceil(content.length / 8) * 8;
  }
  const file = new Uint8Array(end + headerBytes * (sections.length + 1));
  const view = new DataView(file.buffer);
  writeHeader(view, end, sections.length + 1);
  sections.forEach((section, index) => {
    const place = places[index] ?? 0;
    file.set(section.content, place);
    const at = end + headerBytes * (index + 1);
    view.setUint32(at, names[index] ?? 0, true);
    view.setUint32(at + 4, section.type, true);
    view.setBigUint64(at + 8, BigInt(section.flags ?? 0), true);
    view.setBigUint64(at + 24, BigInt(place), true);
    view.setBigUint64(at + 32, BigInt(section.content.length), true);
    view.setUint32(at + 40, section.link ?? 0, true);
    view.setUint32(at + 44, section.info ?? 0, true);
    view.setBigUint64(at + 48, 8n, true);
    view.setBigUint64(at + 56, BigInt(section.entryBytes ?? 0), true);
  });
  return file;
}

/** 64 bits, little-endian, relocatable (1), no program headers; the last section holds the names. */
function writeHeader(view: DataView, sectionsAt: number, sections: number): void {
  [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1].forEach((byte, at) => {
    view.setUint8(at, byte);
  });
  view.setUint16(16, 1, true);
  view.setUint16(18, bpfMachine, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(40, BigInt(sectionsAt), true);
  view.setUint16(52, headerBytes, true);
  view.setUint16(58, headerBytes, true);
  view.setUint16(60, sections, true);
  view.setUint16(62, sections - 1, true);
}

class StringTable {
  #text = '\0';

  add(name: string): number {
    const at = this.#text.length;
    this.#text += `${name}\0`;
    return at;
  }

  bytes(): Uint8Array {
    return new TextEncoder().encode(this.#text);
  }
}
