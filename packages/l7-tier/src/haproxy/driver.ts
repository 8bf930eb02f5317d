/** HAProxy 2.6 as a proxy. */
import type { Driver, ProxyLive, ProxyState } from '@tricade/cluster';
import { haproxyCan } from '../capabilities.ts';
import { proxyDigest } from '../wanted-servers.ts';
import { observeProxy } from './observe.ts';
import { renderProxy } from './render.ts';
import { sampleProxy } from './sample.ts';
import { steerProxy } from './steer.ts';

export const haproxyDriver: Driver<ProxyState, ProxyLive> = {
  name: 'haproxy',
  role: 'proxy',
  can: haproxyCan,
  render: renderProxy,
  observe: observeProxy,
  steer: (host, state, live) => steerProxy(host, state, live),
  sample: sampleProxy,
  liveDigest: proxyDigest,
};
