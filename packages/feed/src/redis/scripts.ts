/**
 * The atomic operations as Lua (Redis runs a script as one command). Numbers travel as text; a missing key reads as false.
 * Answers of writes are the words of `StoreAnswer`.
 */

export interface Script {
  readonly name: string;
  readonly keys: number;
  readonly lua: string;
}

/**
 * KEYS protocol epoch revision health latches tables receiving; ARGV epoch and revision held ('' for none).
 * Runs read-only, so a user that may only read may run it.
 */
export const snapshotLua = `
local epoch, revision = redis.call('GET', KEYS[2]), redis.call('GET', KEYS[3])
if not epoch or not revision then return 'empty' end
if epoch == ARGV[1] and revision == ARGV[2] then return 'unchanged' end
local state = {redis.call('GET', KEYS[1]) or '0', epoch, revision}
for i = 4, 7 do state[i] = redis.call('HGETALL', KEYS[i]) end
return state
`;

/** KEYS leader epoch; ARGV name ttl aboveEpoch. Answers the new epoch, or the holder and what is left of his lease. */
const acquire = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return {holder, redis.call('PTTL', KEYS[1])} end
local epoch = math.max(tonumber(redis.call('GET', KEYS[2]) or '0'), tonumber(ARGV[3])) + 1
redis.call('SET', KEYS[2], string.format('%d', epoch))
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {epoch}
`;

/** Shared beginning of what only the leader of the newest epoch may do: KEYS[1] epoch, ARGV[1] the caller's. */
const fence = `
local epoch = tonumber(redis.call('GET', KEYS[1]) or '0')
if epoch > tonumber(ARGV[1]) then return 'fenced' end
if epoch < tonumber(ARGV[1]) then return 'store-lost' end
`;

/** KEYS epoch leader revision changes; ARGV epoch name ttl revision pulse. */
const renew = `${fence}
local revision = tonumber(redis.call('GET', KEYS[3]) or '-1')
if revision < tonumber(ARGV[4]) then return 'store-lost' end
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[2] then return 'fenced' end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('PUBLISH', KEYS[4], ARGV[5])
return 'ok'
`;

/** KEYS leader epoch; ARGV name epoch. */
const release = `
if redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('GET', KEYS[2]) == ARGV[2] then redis.call('DEL', KEYS[1]) end
return 'ok'
`;

/** Writes triples (number of the key, field, text; text '' deletes) from ARGV[first] on. */
const put = (first: number): string => `
for i = ${first}, #ARGV, 3 do
  local key = KEYS[tonumber(ARGV[i])]
  if ARGV[i + 2] == '' then redis.call('HDEL', key, ARGV[i + 1]) else redis.call('HSET', key, ARGV[i + 1], ARGV[i + 2]) end
end
`;

/** KEYS epoch revision changes health latches tables receiving; ARGV epoch previous revision message, then triples. */
const write = `${fence}
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 'store-lost' end
${put(5)}
redis.call('SET', KEYS[2], ARGV[3])
redis.call('PUBLISH', KEYS[3], ARGV[4])
return 'ok'
`;

/** KEYS epoch revision changes health latches tables receiving leader protocol; ARGV epoch name revision message protocol, then triples. */
const seed = `${fence}
if redis.call('GET', KEYS[8]) ~= ARGV[2] then return 'store-lost' end
if tonumber(redis.call('GET', KEYS[2]) or '-1') >= tonumber(ARGV[3]) then return 'fenced' end
redis.call('DEL', KEYS[4], KEYS[5], KEYS[6], KEYS[7])
${put(6)}
redis.call('SET', KEYS[9], ARGV[5])
redis.call('SET', KEYS[2], ARGV[3])
redis.call('PUBLISH', KEYS[3], ARGV[4])
return 'ok'
`;

/** KEYS lock; ARGV value ttl token. Answers the value of who else holds it. */
const lock = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return false end
local held = redis.call('GET', KEYS[1])
if cjson.decode(held).token ~= ARGV[3] then return held end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return false
`;

/** KEYS lock; ARGV token. */
const unlock = `
local held = redis.call('GET', KEYS[1])
if not held or cjson.decode(held).token ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/** Keys of the state hashes by their number in `write` and `seed`. */
export const hashNumbers = { health: '4', latches: '5', tables: '6', receiving: '7' } as const;

export const scripts: Readonly<
  Record<'acquire' | 'renew' | 'release' | 'write' | 'seed' | 'lock' | 'unlock', Script>
> = {
  acquire: { name: 'acquire', keys: 2, lua: acquire },
  renew: { name: 'renew', keys: 4, lua: renew },
  release: { name: 'release', keys: 2, lua: release },
  write: { name: 'write', keys: 7, lua: write },
  seed: { name: 'seed', keys: 9, lua: seed },
  lock: { name: 'lock', keys: 1, lua: lock },
  unlock: { name: 'unlock', keys: 1, lua: unlock },
};
