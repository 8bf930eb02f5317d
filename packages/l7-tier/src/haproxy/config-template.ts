/**
 * /etc/tricade/haproxy.cfg.
 * - No health checks: verdicts come from the monitor by way of the runtime socket. Until then a dying server costs one connection attempt: the
 *   next one goes to another server. A request that may have reached a server is never sent again: keeping each request until its answer comes
 *   (`retry-on empty-response`) costs 8 % of the proxy's processor time, and would spare only what is in flight at the moment of death.
 * - Requests that wait for the answer of a server when it dies end with the verdict `dead` (`shutdown session`), not with a timeout.
 * - Listeners are handed over at a reload and idle clients keep their connection to the old worker until their next request: no refused and no
 *   lost request.
 * - `transparent`: a VIP may be bound before it is on the loopback, and where it is configured nowhere.
 * - The health port has connections of its own (`reservedConnections`), so a full proxy is not taken for a dead one; draining is not sick.
 * - Answers carry `x-proxy` (the node that served them), requests to servers `x-unique-id` (as in the log) and `x-forwarded-for`.
 * - Draining: every answer says `Connection: close`; new connections are still served, directors stop sending them.
 * - Only what went wrong is logged (errors, retries, 5xx), to the journal.
 */
export const configTemplate = `# {{node}}: written by Tricade, replaced by the next generation.

global
  maxconn {{allConnections}}
  user haproxy
  group haproxy
  chroot /var/lib/haproxy
  stats socket {{runtimeSocket}} mode 600 level admin expose-fd listeners
  stats timeout 30s
  server-state-file {{liveStatePath}}
  log stdout len 4096 format raw local0

defaults tcp
  mode tcp
  log global
  option dontlognull
  option dontlog-normal
  log-format '{"at":%Ts.%ms,"client":"%ci","port":%cp,"service":"%f","pool":"%b","server":"%s","queueMs":%Tw,"connectMs":%Tc,"totalMs":%Tt,"bytes":%B,"end":"%ts","retries":"%rc"}'
  load-server-state-from-file global
  retries 3
  option redispatch 1
  option clitcpka
  option srvtcpka
  timeout connect {{waits.connect}}
  timeout queue {{waits.queue}}
  timeout client {{waits.tunnel}}
  timeout server {{waits.tunnel}}
  timeout client-fin {{waits.close}}
  timeout server-fin {{waits.close}}

defaults http
  mode http
  log global
  option dontlognull
  option dontlog-normal
  log-format '{"at":%Ts.%ms,"client":"%ci","port":%cp,"service":"%f","pool":"%b","server":"%s","queueMs":%Tw,"connectMs":%Tc,"responseMs":%Tr,"totalMs":%Ta,"status":%ST,"bytes":%B,"end":"%ts","retries":"%rc","id":"%ID","method":"%[capture.req.method,json(utf8s)]","uri":"%[capture.req.uri,json(utf8s)]"}'
  load-server-state-from-file global
  retries 3
  option redispatch 1
  option forwardfor
  option idle-close-on-response
  timeout connect {{waits.connect}}
  timeout queue {{waits.queue}}
  timeout http-request {{waits.request}}
  timeout http-keep-alive {{waits.keepAlive}}
  timeout client {{waits.client}}
  timeout server {{waits.server}}
  timeout tunnel {{waits.tunnel}}
  timeout client-fin {{waits.close}}
  timeout server-fin {{waits.close}}

backend {{selfPool}} from tcp
  server {{selfServer}} 127.0.0.1:1

frontend _health from http
{{#each health}}
  bind {{at}} transparent
{{/each}}
  monitor-uri /healthz
  http-request return status 404
{{#each frontends}}

frontend {{service}} from {{protocol}}
  maxconn {{../maxConnections}}
{{#each binds}}
  bind {{at}} transparent{{#if v6only}} v6only{{/if}}
{{/each}}
{{#if isPrefix}}
  acl asked dst{{#each served}} {{this}}{{/each}}
  tcp-request connection reject unless asked
{{/if}}
{{#if isHttp}}
  unique-id-format %{+X}o\\ %ci:%cp_%Ts_%rt:%pid
  unique-id-header x-unique-id
  http-after-response set-header x-proxy {{../node}}
  http-after-response set-header connection close unless { srv_is_up({{../selfPool}}/{{../selfServer}}) }
{{/if}}
  default_backend {{pool}}
{{/each}}
{{#each pools}}

backend {{pool}} from {{protocol}}
  balance {{balance}}
{{#if isHashed}}
  hash-type consistent
{{/if}}
{{#if cookie}}
  cookie {{cookie}} insert indirect nocache httponly
{{/if}}
{{#each servers}}
  server {{name}} {{at}} weight {{weight}}{{#if ../cookie}} cookie {{name}}{{/if}}
{{/each}}
{{/each}}
`;
