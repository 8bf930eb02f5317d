/** `tricade_balance.lua`: picks the server of a request, counts it there, and says to clients what they must know. LuaJIT 2.1 as in Debian 12. */
export const balanceModule = `local balancer = require "ngx.balancer"
local servers = require "tricade_servers"
local flows = ngx.shared.tricade_flows
local md5, byte, random = ngx.md5_bin, string.byte, math.random

local M = {}
-- Requests that this worker has under way, by server.
local under_way = {}

local function takes_new(server) return server.state == "ready" and server.weight > 0 end

-- Smooth weighted round robin, as nginx's own: each gains its weight, the first goes and pays the sum.
local function roundrobin(_, able)
  local best, total = nil, 0
  for _, server in ipairs(able) do
    server.current = (server.current or random(0, server.weight)) + server.weight
    total = total + server.weight
    if not best or server.current > best.current then best = server end
  end
  best.current = best.current - total
  return best
end

-- Idle servers are alike: they take turns by weight.
local function load_of(server)
  local now = under_way[server.key] or 0
  return now > 0 and (now + 1) / server.weight or 0
end

-- Of this worker's own requests; equals take turns.
local function leastconn(pool, able)
  local least, equals = nil, {}
  for _, server in ipairs(able) do
    local load = load_of(server)
    if not least or load < least then least, equals = load, { server }
    elseif load == least then equals[#equals + 1] = server end
  end
  return #equals == 1 and equals[1] or roundrobin(pool, equals)
end

local function drawn(able, total)
  local left = random() * total
  for _, server in ipairs(able) do
    left = left - server.weight
    if left < 0 then return server end
  end
  return able[#able]
end

-- The less busy of two draws by weight (Mitzenmacher, "The power of two choices").
local function two_choices(_, able)
  local total = 0
  for _, server in ipairs(able) do total = total + server.weight end
  local one, other = drawn(able, total), drawn(able, total)
  return load_of(other) < load_of(one) and other or one
end

local function number(bytes)
  local a, b, c, d = byte(bytes, 1, 4)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

-- A ring of as many points a server as its weight: the same on all proxies, and a server that goes moves only its own clients.
local function ring_of(pool)
  local ring = {}
  for _, server in ipairs(pool.servers) do
    if takes_new(server) then
      for point = 1, server.weight do ring[#ring + 1] = { number(md5(server.name .. " " .. point)), server } end
    end
  end
  table.sort(ring, function(a, b) return a[1] < b[1] or (a[1] == b[1] and a[2].name < b[2].name) end)
  return ring
end

local function source(pool, able)
  pool.ring = pool.ring or ring_of(pool)
  local ring, at = pool.ring, number(md5(ngx.var.remote_addr))
  local low, high = 1, #ring + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if ring[middle][1] < at then low = middle + 1 else high = middle end
  end
  local allowed = {}
  for _, server in ipairs(able) do allowed[server] = true end
  for step = 0, #ring - 1 do
    local server = ring[(low - 1 + step) % #ring + 1][2]
    if allowed[server] then return server end
  end
end

local ways = { roundrobin = roundrobin, leastconn = leastconn, random = two_choices, source = source }

-- The server that the client's cookie names: also one that is drained, which keeps what it has.
local function kept(pool, tried)
  local name = pool.cookie and ngx.ctx.tricade_cookie
  if not name then return end
  for _, server in ipairs(pool.servers) do
    local keeps = server.state == "ready" or server.state == "drain"
    if server.name == name and keeps and not tried[server] then return server end
  end
end

local function takes_any(pool)
  for _, server in ipairs(pool.servers) do
    if takes_new(server) then return true end
  end
end

local function chosen(pool, tried)
  local able, untried = {}, {}
  for _, server in ipairs(pool.servers) do
    if takes_new(server) then
      able[#able + 1] = server
      if not tried[server] then untried[#untried + 1] = server end
    end
  end
  if #untried > 0 then able = untried end
  if #able == 0 then return end
  return ways[pool.balance](pool, able)
end

local function count(server, by)
  under_way[server.key] = (under_way[server.key] or 0) + by
  local key = "n " .. ngx.worker.pid() .. " " .. server.key
  if by > 0 then flows:incr("a " .. server.key, 1, 0) end
  if flows:incr(key, by, 0) == 0 then flows:delete(key) end
end

local function judge(server, well)
  local key = "e " .. server.key
  if not well then flows:incr(key, 1, 0)
  elseif flows:get(key) then flows:delete(key) end
end

-- Once an attempt.
function M.balance()
  local ctx = ngx.ctx
  local pool = servers.current(ngx.var.tricade_pool)
  local tried = ctx.tricade_tried
  if not tried then
    tried = {}
    ctx.tricade_tried = tried
    if #pool.servers > 1 then balancer.set_more_tries(math.min(3, #pool.servers - 1)) end
  end
  local before = ctx.tricade_server
  if before then
    count(before, -1)
    judge(before, false)
    ctx.tricade_server = nil
  end
  local server = kept(pool, tried) or chosen(pool, tried)
  if not server then return ngx.exit(502) end
  tried[server], ctx.tricade_server = true, server
  count(server, 1)
  if ngx.var.http_upgrade then
    local silence = ngx.var.tricade_tunnel_ms / 1000
    balancer.set_timeouts(ngx.var.tricade_connect_ms / 1000, silence, silence)
  end
  local ok, why = balancer.set_current_peer(server.address, server.port)
  if not ok then
    ngx.log(ngx.ERR, why)
    return ngx.exit(500)
  end
end

-- What the client says of its server, and a request without it: the server need not know.
local function take_cookie(cookie)
  local header = cookie and ngx.var.http_cookie
  if not header then return end
  local rest = {}
  for pair in header:gmatch("[^;]+") do
    local name, value = pair:match("^%s*([^=]-)%s*=%s*(.-)%s*$")
    if name == cookie then ngx.ctx.tricade_cookie = value else rest[#rest + 1] = pair:match("^%s*(.-)%s*$") end
  end
  ngx.req.set_header("Cookie", #rest > 0 and table.concat(rest, "; ") or nil)
end

-- Before the server of a request is picked. That there is none can be said here only: a balancer cannot answer 503.
function M.prepare()
  local pool = servers.current(ngx.var.tricade_pool)
  take_cookie(pool.cookie)
  if not takes_any(pool) and not kept(pool, {}) then return ngx.exit(503) end
end

-- Once a request, first of all.
function M.begin()
  if servers.is_leaving() then return ngx.exec("@leaving") end
  M.prepare()
end

local function give_cookie(cookie, server)
  local given = ngx.header["Set-Cookie"] or {}
  if type(given) == "string" then given = { given } end
  given[#given + 1] = cookie .. "=" .. server.name .. "; path=/; HttpOnly"
  ngx.header["Set-Cookie"] = given
  ngx.header["Cache-Control"] = "private"
end

-- Once an answer.
function M.answer(node)
  ngx.header["x-proxy"] = node
  local server, pool = ngx.ctx.tricade_server, servers.pools[ngx.var.tricade_pool]
  if server and pool.cookie and ngx.ctx.tricade_cookie ~= server.name then give_cookie(pool.cookie, server) end
end

-- Once a request, when it is over. A client that goes says nothing of the server.
function M.done()
  local server = ngx.ctx.tricade_server
  if not server then return end
  count(server, -1)
  if ngx.status ~= 499 then
    local last = (ngx.var.upstream_status or ""):match("(%d+)%s*$")
    judge(server, last ~= nil and tonumber(last) < 500)
  end
end

return M
`;
