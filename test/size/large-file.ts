/** `count` services on `count` pools of two servers, all in one network. */
export function largeFile(count: number): string {
  const rows = [...Array(count).keys()];
  const address = (at: number) => `2001:db8:1::${(at + 16).toString(16)}`;
  return [
    'version: 1\ncluster: large\n',
    'networks: { edge: { cidr: 2001:db8:1::/64 }, out: { cidr: 2001:db8:2::/64 } }\n',
    'routers: { nodes: { r1: { edge: "2001:db8:1::1", out: "2001:db8:2::1" } } }\n',
    'l4: { nodes: { l4a: { edge: "2001:db8:1::2" } } }\n',
    'l7: { nodes: { p1: { edge: "2001:db8:1::3" } } }\n',
    'monitor: { nodes: { m1: { edge: "2001:db8:1::4" } } }\nservices:\n',
    ...rows.map(
      (at) =>
        `  s${at}:\n    vip: 2001:db8:f::${at.toString(16)}\n    ports: [80, 443]\n    l4: { mode: dsr }\n    l7: { mode: reverse-proxy, pool: p${at}, stickiness: { cookie: SRV } }\n`,
    ),
    'pools:\n',
    ...rows.map(
      (at) =>
        `  p${at}:\n    check: { http: /healthz, every: 1s, timeout: 500ms }\n    servers: { a${at}: "[${address(2 * at)}]:8080", b${at}: "[${address(2 * at + 1)}]:8080" }\n`,
    ),
  ].join('');
}
