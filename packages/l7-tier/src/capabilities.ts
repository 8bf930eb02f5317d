/** What the drivers of this package can do, without loading them. */
import type { Capabilities, Catalog } from '@tricade/cluster';

/** HAProxy 2.6: HTTP/1.1, HTTP/2 without TLS, and TCP, each as a reverse proxy. */
export const haproxyCan: Capabilities = {
  modes: ['reverse-proxy'],
  protocols: ['tcp'],
  ipv6: true,
  transparentListening: true,
  weights: true,
  drain: true,
  hitlessReload: true,
  resilientEcmp: false,
  tls: false,
  proxies: ['http', 'tcp'],
};

/** nginx 1.22 with its Lua module: HTTP/1.1 as a reverse proxy. */
export const nginxCan: Capabilities = {
  ...haproxyCan,
  proxies: ['http'],
  refuses: {
    tcp: 'nginx without its commercial parts changes the servers of a TCP service by a reload only',
  },
};

/** Capabilities by name of driver. */
export const proxyDrivers: Readonly<Record<'haproxy' | 'nginx', Capabilities>> = {
  haproxy: haproxyCan,
  nginx: nginxCan,
};

/** Capabilities by role and name of driver. */
export const l7Capabilities: Catalog = { proxy: proxyDrivers };
