/**
 * /etc/tricade/nginx/nginx.conf.
 * - One upstream for all pools: a balancer in Lua picks the server, from the file of the generation and the live state in shared memory. So a change
 *   of state or weight is no reload (docs/design/0019-nginx.md).
 * - Until there is a verdict, a dying server costs one connection attempt: the next one goes to another server. A request that may have reached a
 *   server is sent again only where its method is idempotent (RFC 9110, section 9.2.2), and only within 5 s.
 * - VIPs are bound before they are on the loopback, and where they are configured nowhere: `ip_nonlocal_bind` of the bundle; nginx has no word for it.
 * - What a client sent and what a server answered pass as they are: no limit of bodies, no buffering, no rewriting of places, and no
 *   `X-Accel-…` from a server is obeyed.
 * - Idle connections to servers are closed after 3 s, before most servers would do it, so that a request rarely meets a closing one.
 * - Answers carry `x-proxy` (the node that served them), requests to servers `x-unique-id` and `x-forwarded-for`.
 * - Draining, and before a reload: every answer says `Connection: close` (`@leaving`: a place without keep-alive is nginx's only way to say it). At
 *   a reload nginx closes idle clients without asking whether a request is under way, so there should be none.
 * - The limit of clients is one of requests under way, over all workers; the health port has none. Idle clients go first where a worker is full.
 * - Only what went wrong is logged, to the journal; what keeps nginx from reloading also to a file of its own, where the activation reads it.
 */
export const configTemplate = `# {{node}}: written by Tricade, replaced by the next generation.

user www-data;
pid {{pidPath}};
worker_processes auto;
worker_rlimit_nofile {{descriptors}};
worker_shutdown_timeout 1h;
error_log stderr warn;
error_log {{emergencyLog}} emerg;
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;

events {
  worker_connections {{workerConnections}};
}

http {
  access_log off;
  server_tokens off;
  default_type application/octet-stream;
  underscores_in_headers on;
  merge_slashes off;
  client_max_body_size 0;
  client_header_timeout {{waits.request}};
  client_body_timeout {{waits.client}};
  send_timeout {{waits.client}};
  keepalive_timeout {{waits.keepAlive}};
  lingering_timeout {{waits.close}};
  keepalive_requests 1000000;
  reset_timedout_connection on;
  tcp_nodelay on;

  lua_package_path "{{folder}}/?.lua;;";
  lua_shared_dict tricade_live 16m;
  lua_shared_dict tricade_flows 32m;
  init_by_lua_block { require("tricade_servers").load() }
  init_worker_by_lua_block { require("tricade_servers").start() }

  map $http_upgrade $tricade_connection {
    default upgrade;
    "" "";
  }

  geo $tricade_all {
    default all;
  }
  limit_conn_zone $tricade_all zone=tricade_clients:1m;
  limit_conn_status 503;
  limit_conn_log_level info;

  upstream _servers {
    server 0.0.0.1;
    balancer_by_lua_block { require("tricade_balance").balance() }
    keepalive 512;
    keepalive_timeout 3s;
    keepalive_requests 1000000;
  }

  proxy_http_version 1.1;
  proxy_connect_timeout {{waits.connect}};
  proxy_send_timeout {{waits.server}};
  proxy_read_timeout {{waits.server}};
  proxy_next_upstream error timeout;
  proxy_next_upstream_timeout 5s;
  proxy_request_buffering off;
  proxy_buffering off;
  proxy_redirect off;
  proxy_socket_keepalive on;
  proxy_pass_header Server;
  proxy_pass_header Date;
  proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset Expires Cache-Control Set-Cookie Vary;
  proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $tricade_connection;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Unique-Id $request_id;

  server {
    listen unix:{{controlSocket}};
    location / {
      content_by_lua_block { require("tricade_servers").control() }
    }
  }

  server {
{{#each health}}
    listen {{at}};
{{/each}}
    location / {
      return 404;
    }
    location = /healthz {
      return 200;
    }
  }
{{#each frontends}}
{{#if isPrefix}}

  geo $server_addr $asked_of_{{@index}} {
    default 0;
{{#each served}}
    {{this}} 1;
{{/each}}
  }
{{/if}}

  server {
{{#each binds}}
    listen {{at}};
{{/each}}
    # {{service}}
    limit_conn tricade_clients {{../maxConnections}};
    set $tricade_connect_ms {{../connectMs}};
    set $tricade_tunnel_ms {{../tunnelMs}};
    set $tricade_pool {{pool}};
{{#if isPrefix}}
    if ($asked_of_{{@index}} = 0) {
      return 444;
    }
{{/if}}
    header_filter_by_lua_block { require("tricade_balance").answer("{{../node}}") }
    log_by_lua_block { require("tricade_balance").done() }
    location / {
      rewrite_by_lua_block { require("tricade_balance").begin() }
      proxy_pass http://_servers;
    }
    location @leaving {
      keepalive_timeout 0;
      rewrite_by_lua_block { require("tricade_balance").prepare() }
      proxy_pass http://_servers;
    }
  }
{{/each}}
}
`;

/** What the balancer reads: a line a pool, then a line for each of its servers. `-` stands for no cookie. */
export const poolsTemplate = `{{#each pools}}
pool {{pool}} {{balance}} {{cookie}}
{{#each servers}}
server {{name}} {{address}} {{port}} {{weight}}
{{/each}}
{{/each}}
`;
