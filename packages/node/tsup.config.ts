import { build } from '../../tsup.base.ts';

export default build(
  [
    ...['src/index.ts', 'src/network.ts', 'src/store.ts', 'src/testing.ts', 'src/ios.ts'],
    ...['src/verify-worker.ts', 'src/scratch-worker.ts', 'src/faulty-worker.ts'],
  ],
  true,
);
