/**
 * `tricade_servers.lua`: which servers there are, what is live of them, and the control socket. The live file is the one truth: it is read into shared
 * memory when nginx starts and when `steer` says so; every worker sees the new state at its next request. LuaJIT 2.1 as in Debian 12.
 */
import { liveStatePath, poolsPath } from './paths.ts';

export const serversModule: string = `local process = require "ngx.process"
local live, flows = ngx.shared.tricade_live, ngx.shared.tricade_flows

local M = { pools = {}, order = {}, cycle = 0 }

local function read(path)
  local file, why = io.open(path, "r")
  if not file then return nil, why end
  local text = file:read("*a")
  file:close()
  return text
end

local function parse_pools(text)
  local pool
  for line in text:gmatch("[^\\n]+") do
    local name, balance, cookie = line:match("^pool (%S+) (%S+) (%S+)$")
    if name then
      pool = { name = name, balance = balance, cookie = cookie ~= "-" and cookie or nil, servers = {} }
      M.pools[name] = pool
      M.order[#M.order + 1] = pool
    else
      local server, address, port, weight = line:match("^server (%S+) (%S+) (%d+) (%d+)$")
      pool.servers[#pool.servers + 1] = {
        key = pool.name .. "/" .. server, name = server, address = address, port = tonumber(port),
        weight = tonumber(weight), base = tonumber(weight), state = "ready",
      }
    end
  end
end

-- The live file into shared memory, a value a pool. Readers look again when the version has changed, which it does last.
local function take_live()
  local text, why = read("${liveStatePath}")
  if not text then return nil, why end
  local chunks, draining = {}, 0
  for line in text:gmatch("[^\\n]+") do
    local pool, rest = line:match("^server (%S+) (%S+ %S+ %d+)$")
    if pool then
      local chunk = chunks[pool] or {}
      chunk[#chunk + 1] = rest
      chunks[pool] = chunk
    elseif line == "proxy draining" then
      draining = 1
    elseif line ~= "proxy serving" then
      return nil, "a line that is none of the live file: " .. line
    end
  end
  for _, pool in ipairs(M.order) do
    local ok, err = live:safe_set("pool " .. pool.name, table.concat(chunks[pool.name] or {}, "\\n"))
    if not ok then return nil, err end
  end
  live:set("draining", draining)
  live:incr("version", 1, 0)
  return true
end

-- Once a configuration, in the master. Counters of servers that are gone go too; shared memory outlives reloads.
function M.load()
  parse_pools(assert(read("${poolsPath}")))
  M.digest = ngx.md5(read("${poolsPath}"))
  M.cycle = live:incr("cycle", 1, 0)
  if read("${liveStatePath}") then assert(take_live()) else live:incr("version", 1, 0) end
  local known = {}
  for _, pool in ipairs(M.order) do
    for _, server in ipairs(pool.servers) do known[server.key] = true end
  end
  for _, key in ipairs(flows:get_keys(0)) do
    local counted = key:match("^[ae] (.+)$")
    if counted and not known[counted] then flows:delete(key) end
  end
end

-- Once a worker.
function M.start()
  flows:set("cycle " .. ngx.worker.pid(), M.cycle)
end

-- A pool as it is live: states and weights of its servers as of the newest version.
function M.current(name)
  local pool = M.pools[name]
  local version = live:get("version")
  if pool == nil or pool.version == version then return pool end
  local text = live:get("pool " .. name) or ""
  if text ~= pool.text then
    local said = {}
    for server, state, weight in text:gmatch("(%S+) (%S+) (%d+)") do said[server] = { state, tonumber(weight) } end
    for _, server in ipairs(pool.servers) do
      local now = said[server.name]
      server.state, server.weight = now and now[1] or "ready", now and now[2] or server.base
    end
    pool.text, pool.ring = text, nil
  end
  pool.version = version
  return pool
end

-- Whether clients are to go: the proxy is drained, or a reload is about to replace this worker.
function M.is_leaving()
  return live:get("draining") == 1 or live:get("leaving") == M.cycle
end

-- Workers that run, those of earlier configurations among them.
local function workers()
  local master = process.get_master_pid()
  local pids = read("/proc/" .. master .. "/task/" .. master .. "/children") or ""
  return pids:gmatch("%d+")
end

local function say_state()
  local old = 0
  for pid in workers() do
    local cycle = flows:get("cycle " .. pid)
    if cycle and cycle < M.cycle then old = old + 1 end
  end
  ngx.say("nginx ", ngx.config.nginx_version, " cycle ", M.cycle, " exiting ", ngx.worker.exiting() and 1 or 0, " old ", old, " pools ", M.digest)
  ngx.say("proxy ", live:get("draining") == 1 and "draining" or "serving")
  for _, pool in ipairs(M.order) do
    for _, server in ipairs(M.current(pool.name).servers) do
      ngx.say("server ", pool.name, " ", server.name, " ", server.state, " ", server.weight)
    end
  end
end

-- Requests now, over all workers that run; requests so far; failures in a row.
local function say_counts()
  local pids = {}
  for pid in workers() do pids[#pids + 1] = pid end
  for _, pool in ipairs(M.order) do
    for _, server in ipairs(pool.servers) do
      local now = 0
      for _, pid in ipairs(pids) do now = now + (flows:get("n " .. pid .. " " .. server.key) or 0) end
      ngx.say(server.key, " ", now, " ", flows:get("a " .. server.key) or 0, " ", flows:get("e " .. server.key) or 0)
    end
  end
end

-- Commands of the control socket; the socket lies where only root comes.
function M.control()
  local command = ngx.var.uri
  if command == "/load" then
    local ok, why = take_live()
    if not ok then
      ngx.status = 500
      return ngx.say(why)
    end
    return say_state()
  elseif command == "/state" then
    return say_state()
  elseif command == "/counts" then
    return say_counts()
  elseif command == "/idle" then
    return ngx.say("idle ", ngx.var.connections_waiting)
  elseif command == "/leave" then
    -- Forgotten by itself, should whoever said it not come back.
    live:set("leaving", M.cycle, 10)
    return ngx.say("leaving")
  elseif command == "/stay" then
    live:delete("leaving")
    return ngx.say("staying")
  end
  ngx.exit(404)
end

return M
`;
