import { it } from 'vitest';
import { runInWeather } from './weather.ts';

it('ends every transaction in all its shards alike, in 200 networks', async () => {
  await runInWeather(200);
}, 1_200_000);
