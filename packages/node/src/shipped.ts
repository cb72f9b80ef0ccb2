import { fileURLToPath } from 'node:url';

/** Path of a file in the package's folder `data`, which lies beside `src` and beside what is built from it. */
export const shippedFile = (name: string): string => fileURLToPath(new URL(`../data/${name}`, import.meta.url));
