import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** What replicas make durable lies under this byte, then the name of their instance, a zero byte and a name of their own. */
const REPLICAS = Uint8Array.of(6);

/** What the keys begin with under which the replica of an instance keeps what it must not forget. */
export const replicaPrefix = (instance: string): Uint8Array =>
  concatBytes(REPLICAS, utf8ToBytes(instance), Uint8Array.of(0));
