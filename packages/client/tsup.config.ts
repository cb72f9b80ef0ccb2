import { build } from '../../tsup.base.ts';

export default build(['src/index.ts', 'src/epochs.ts', 'src/key-file.ts', 'src/methods.ts']);
