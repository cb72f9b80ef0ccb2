import { readdir, readFile, readlink } from 'node:fs/promises';

/** State of a socket that listens, in the tables of Linux (proc(5), /proc/net/tcp). */
const LISTENING = '0A';

/**
 * The process that listens on a TCP port, as far as this user may see it: from /proc of Linux, `undefined` on other
 * systems and for processes of other users.
 */
export async function portHolder(port: number): Promise<{ readonly pid: number; readonly name: string } | undefined> {
  const sockets = await listeningSockets(port);
  if (sockets.size === 0) return undefined;
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
    if (!links.some((link) => sockets.has(link))) continue;
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'unknown');
    return { pid: Number(pid), name: name.trim() };
  }
  return undefined;
}

/** The sockets that listen on a port, as links of open files name them: `socket:[INODE]`. */
async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((line) => line.trim().split(/\s+/));
  const own = rows.filter(([, local, , state]) => state === LISTENING && local?.split(':')[1] === wanted);
  return new Set(own.map((fields) => `socket:[${fields[9]}]`));
}
