import { expect, test } from 'vitest';
import { passProgram } from './pass-program.ts';

test('is the same object every time, of two instructions', () => {
  const object = Buffer.from(passProgram());
  expect(object).toEqual(Buffer.from(passProgram()));
  expect(object.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  expect(object.readUInt16LE(18)).toBe(247); // EM_BPF
  // r0 = 2 (XDP_PASS); exit
  expect(object.subarray(64, 80).toString('hex')).toBe('b7000000020000009500000000000000');
  const sectionsAt = Number(object.readBigUInt64LE(40));
  expect(object.length).toBe(sectionsAt + 64 * object.readUInt16LE(60));
});
