import type { PvssScheme } from '@ios/pvss';
import type { Conduct, Stage } from './conduct.ts';

/**
 * The first validator that another leader asks for a dealing deals with a false share, then and ever after: two encrypted
 * shares have changed places. The signature over the dealing is good.
 */
export const badDealer = ({ take, report }: Stage): Conduct => {
  let bad = false;
  return {
    incoming(said) {
      if (bad || said.say !== 'leads' || !take()) return;
      bad = true;
      report({ event: 'fault', epoch: said.epoch });
    },
    scheme: (scheme) => ({
      ...scheme,
      deal: (context, rng) => {
        const dealing = scheme.deal(context, rng);
        return bad ? withSharesExchanged(context, dealing) : dealing;
      },
    }),
  };
};

type Context = Parameters<PvssScheme['deal']>[0];

/** A dealing of Schoenmakers' scheme begins with the t commitments and the encrypted shares, of one length. */
const withSharesExchanged = ({ threshold, publicKeys }: Context, dealing: Uint8Array): Uint8Array => {
  const length = publicKeys[0]!.length;
  const at = threshold * length;
  const changed = dealing.slice();
  changed.set(dealing.subarray(at, at + length), at + length);
  changed.set(dealing.subarray(at + length, at + 2 * length), at);
  return changed;
};
