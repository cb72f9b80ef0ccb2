/** The validators of each shard, one after another. */
export interface PeersInTurn {
  /** Has `send` try the next validators of a shard until one takes it; undefined where none does, else who took it. */
  reach(shard: number, send: (peer: string) => boolean): string | undefined;
}

/**
 * Goes round the validators of each shard, by name.
 * @param offset - where to begin, so that the validators of one shard do not all turn to the same
 */
export const createPeersInTurn = (committees: readonly (readonly string[])[], offset: number): PeersInTurn => {
  const turns = committees.map(() => offset);
  return {
    reach(shard, send) {
      const peers = committees[shard] ?? [];
      for (let tries = peers.length; tries > 0; tries--) {
        const peer = peers[turns[shard]!++ % peers.length]!;
        if (send(peer)) return peer;
      }
      return undefined;
    },
  };
};
