import { build } from '../../tsup.base.ts';

export default build([
  'src/group.ts',
  'src/edwards25519.ts',
  'src/permutation.ts',
  'src/transcript.ts',
  'src/dleq.ts',
  'src/possession.ts',
  'src/ed25519.ts',
  'src/merkle.ts',
  'src/bucket-tree.ts',
  'src/keys.ts',
  'src/nonce.ts',
  'src/testing.ts',
]);
