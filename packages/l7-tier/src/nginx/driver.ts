/** nginx 1.22 with its Lua module as a proxy. */
import type { Driver, ProxyLive, ProxyState } from '@tricade/cluster';
import { nginxCan } from '../capabilities.ts';
import { proxyDigest } from '../wanted-servers.ts';
import { observeProxy } from './observe.ts';
import { renderProxy } from './render.ts';
import { sampleProxy } from './sample.ts';
import { steerProxy } from './steer.ts';

export const nginxDriver: Driver<ProxyState, ProxyLive> = {
  name: 'nginx',
  role: 'proxy',
  can: nginxCan,
  render: renderProxy,
  observe: observeProxy,
  steer: (host, state, live) => steerProxy(host, state, live),
  sample: sampleProxy,
  liveDigest: proxyDigest,
};
