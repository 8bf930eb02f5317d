/** Proxies: how requests are spread over servers. */
import type { Driver, ProxyLive, ProxyState } from '@tricade/cluster';
import { haproxyDriver } from './haproxy/driver.ts';
import { nginxDriver } from './nginx/driver.ts';

/** Drivers of this package by role and name. */
export const l7Drivers: {
  readonly proxy: Readonly<Record<string, Driver<ProxyState, ProxyLive>>>;
} = { proxy: { haproxy: haproxyDriver, nginx: nginxDriver } };

export { l7Capabilities } from './capabilities.ts';
export { codes } from './codes.ts';
export { proxyDigest } from './wanted-servers.ts';
