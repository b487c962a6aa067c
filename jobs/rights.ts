import { askOnce } from './connection.ts';

interface Asked {
  readonly redis: string;
  /** One that this user must be able to use. */
  readonly key: string;
  /** As in a line of rights: `get`, `client|list`. */
  readonly commands: readonly string[];
}

/**
 * Each command is only asked about, not run. Redis wants to know as many arguments as the command takes, so that many
 * are tried.
 */
const ASK = `
if not redis.acl_check_cmd then return {} end
local missing = {}
for _, name in ipairs(ARGV) do
  local words = {}
  for word in string.gmatch(name, '[^|]+') do words[#words + 1] = word end
  for _ = 1, 6 do
    local known, allowed = pcall(redis.acl_check_cmd, unpack(words))
    if known then
      if not allowed then missing[#missing + 1] = name end
      break
    end
    words[#words + 1] = KEYS[1]
  end
end
return missing`;

/**
 * Which of these commands this user may not use. Redis tells that since version 7; an older one tells nothing, and
 * neither does one that refuses scripts. Throws CertopsError `RedisAway` when it does not answer.
 */
export const rightsMissing = ({ redis: url, key, commands }: Asked): Promise<readonly string[]> =>
  askOnce(url, async (redis) => {
    const missing: unknown = await redis.eval(ASK, 1, key, ...commands).catch(() => []);
    return Array.isArray(missing) ? missing.map(String) : [];
  });
