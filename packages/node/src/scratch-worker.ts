/**
 * Removes the folder that its argument names as soon as nobody holds its standard input open any more: not the process
 * that started it, nor those that were given the same pipe. However they end, their files go with the last of them.
 */
import { rmSync } from 'node:fs';

const folder = process.argv[2]!;
// Its starter may be gone already.
process.stdout.on('error', () => {});
process.stdin.on('error', () => {});
process.stdin.on('close', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
process.stdin.resume();
process.stdout.write('ready\n');
