import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The folder of this user's keys: `ios/keys` in `XDG_CONFIG_HOME`, or in `.config` of the home folder where that is not
 * set or not an absolute path (XDG Base Directory Specification 0.8).
 */
export function userKeysFolder(environment: NodeJS.ProcessEnv = process.env, home: string = homedir()): string {
  const set = environment['XDG_CONFIG_HOME'];
  return join(set !== undefined && isAbsolute(set) ? set : join(home, '.config'), 'ios', 'keys');
}
