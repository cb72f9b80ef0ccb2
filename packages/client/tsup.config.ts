import { build } from '../../tsup.base.ts';

export default build(['src/index.ts', 'src/beacon.ts', 'src/epochs.ts', 'src/key-file.ts', 'src/methods.ts']);
