import { describe, expect, test } from 'vitest';
import { codes } from './codes.ts';
import { l4ModeTable, l7ModeTable, modeNamed, modes, packetTable } from './modes.ts';

describe('the seven modes', () => {
  test('are seven', () => expect(Object.keys(modes)).toHaveLength(7));

  test.for(Object.entries(modes))(
    '%s: every text is there, every need is a code',
    ([name, mode]) => {
      expect(mode.name).toBe(name);
      for (const texts of [mode.pros, mode.cons, mode.usage, mode.needs, mode.aliases]) {
        expect(texts.length).toBeGreaterThan(0);
      }
      expect(mode.needs.filter((code) => !(code in codes))).toEqual([]);
    },
  );

  test('no alias means two modes', () => {
    const words = Object.values(modes).flatMap((mode) => [mode.name, ...mode.aliases]);
    const lower = words.map((word) => word.toLowerCase());
    expect(lower.filter((word, at) => lower.indexOf(word) !== at)).toEqual([]);
  });

  test.for([
    ['NAT', 'dnat'],
    ['Gateway', 'dsr'],
    ['lvs_dr', 'dsr'],
    ['TUN', 'tunnel'],
    ['VIPless', 'transparent-listening'],
    ['Direct Server Return', 'dsr'],
    ['quic', undefined],
  ] as const)('%s is %s', ([word, name]) => expect(modeNamed(word)?.name).toBe(name));
});

/** Rows as in the tables that teach proxy mode and DSR: source address, source MAC, destination address, destination MAC. */
const rowsOf = (mode: Parameters<typeof packetTable>[0]) =>
  packetTable(mode).map(
    (row) =>
      `${row.sourceAddress} ${row.sourceMac} ${row.destinationAddress} ${row.destinationMac}`,
  );

describe('packet tables', () => {
  test('proxy mode: four steps, two connections', () => {
    expect(rowsOf(l7ModeTable['reverse-proxy'])).toEqual([
      'client before vip proxy',
      'proxy proxy server server',
      'server server proxy proxy',
      'vip proxy client gateway',
    ]);
  });

  test('DSR: three steps, only the destination MAC changes, the reply goes past the director', () => {
    expect(rowsOf(l4ModeTable.dsr)).toEqual([
      'client before vip director',
      'client before vip real',
      'vip real client gateway',
    ]);
  });

  test('a mode shows the client’s address where its request carries it', () => {
    for (const mode of [...Object.values(l4ModeTable), ...Object.values(l7ModeTable)]) {
      expect(mode.request.sourceAddress === 'client').toBe(mode.seesClientAddress);
    }
  });

  test('the VIP stands on the real where packets arrive for it, and such replies go past the director', () => {
    for (const mode of Object.values(l4ModeTable)) {
      expect(mode.request.destinationAddress === 'vip').toBe(mode.vipOnReal);
      expect(mode.reply.path === 'direct').toBe(mode.vipOnReal);
    }
  });

  test('only the tunnel has an outer header', () => {
    const outer = Object.values(l4ModeTable).filter(({ request }) => request.outer);
    expect(outer.map(({ name }) => name)).toEqual(['tunnel']);
  });

  test('what clients see comes from the VIP in every mode', () => {
    for (const mode of [...Object.values(l4ModeTable), ...Object.values(l7ModeTable)]) {
      expect(packetTable(mode).at(-1)?.sourceAddress).toBe('vip');
    }
  });
});
