import { contains } from '@tricade/cluster';
import { expect, test } from 'vitest';
import { senderFor } from './canary.ts';

/** All of IPv6 that is no global unicast (RFC 4291, section 2.4), as lists of such sources have it. */
const notGlobal = ['::/3', '4000::/2', '8000::/1'];

test.for([
  ['nobody is denied: loopback, a link', undefined, '127.0.0.0/8', 'fe80::/10'],
  ['both are denied: any other', ['127.0.0.0/8', ...notGlobal], '0.0.0.0/0', '2000::/3'],
  ['half of all is denied', ['0.0.0.0/1', ...notGlobal], '0.0.0.0/0', '2000::/3'],
] as const)('%s', ([, deny, four, six]) => {
  const guard = deny === undefined ? undefined : { deny };
  for (let time = 0; time < 20; time++) {
    const senders = [senderFor('203.0.113.10', guard), senderFor('2001:db8:cafe::10', guard)];
    expect(contains(four, senders[0] ?? ''), senders[0]).toBe(true);
    expect(contains(six, senders[1] ?? ''), senders[1]).toBe(true);
    expect(deny?.some((cidr) => senders.some((each) => contains(cidr, each)))).not.toBe(true);
  }
});
