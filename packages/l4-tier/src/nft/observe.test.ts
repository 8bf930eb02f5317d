import { expect, test } from 'vitest';
import { hookFault } from './observe.ts';

const listed = `table netdev tricade { # handle 1
	chain ingress { # handle 4
		type filter hook ingress device "edge" priority filter; policy accept;
		meta pkttype != host accept # handle 30
		ip daddr . meta l4proto . th dport vmap { 203.0.113.10 . tcp . 80 : goto to_l7_tcp4_flow,
							  203.0.113.11 . tcp . 80 : goto to_l7_tcp4_flow } # handle 32
		ip daddr { 203.0.113.10 } counter name "unserved" drop # handle 34
	}
}
`;

test.for([
  ['as rendered', listed, undefined],
  [
    'in the form of several devices',
    listed.replace('device "edge"', 'devices = { "edge" }'),
    undefined,
  ],
  [
    'at another device',
    listed.replace('"edge"', '"eth7"'),
    'the chain ingress is filter hook ingress device "eth7", not filter hook ingress device "edge"',
  ],
  ['at no hook', listed.replace(/type filter.*\n/, ''), 'there is no chain ingress at a hook'],
  ['gone', '', 'there is no chain ingress at a hook'],
  ['without a rule', listed.replace(/.*unserved.*\n/, ''), 'the chain ingress has 2 rules, not 3'],
] as const)('the chain %s', ([, text, fault]) => {
  expect(
    hookFault(text, {
      family: 'netdev',
      chain: 'ingress',
      at: 'filter hook ingress device "edge"',
      rules: 3,
    }),
  ).toBe(fault);
});
