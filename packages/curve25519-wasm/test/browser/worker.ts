import { verifyHere } from './verify.ts';

const found = await verifyHere();
(globalThis as unknown as { postMessage(message: unknown): void }).postMessage(found);
