export { StoreError, type StoreErrorCode, type StoreFacts } from './store/error.ts';
export { openLevelStore } from './store/level.ts';
export { createMemoryDisk, type MemoryDisk, openMemoryStore } from './store/memory.ts';
export type { Range, Store, StoreLabel, Write } from './store/store.ts';
