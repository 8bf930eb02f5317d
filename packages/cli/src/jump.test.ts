import { expect, test } from 'vitest';
import { jumpOf } from './jump.ts';

test.each([
  ['192.0.2.9', { address: '192.0.2.9', port: 22, user: 'root' }],
  ['gate.example.net:2222', { address: 'gate.example.net', port: 2222, user: 'root' }],
  ['ana@192.0.2.9:22', { address: '192.0.2.9', port: 22, user: 'ana' }],
  ['ana@[2001:db8::9]:2222', { address: '2001:db8::9', port: 2222, user: 'ana' }],
  ['[2001:db8::9]', { address: '2001:db8::9', port: 22, user: 'root' }],
])('%s', (text, want) => {
  expect(jumpOf(text, 'root')).toEqual({ name: `jump host ${want.address}`, ...want });
});
