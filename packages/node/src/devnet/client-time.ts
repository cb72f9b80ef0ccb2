/** Time as the devnet's client sees it. */
export interface ClientTime {
  /** Milliseconds that never go back. */
  now(): number;
  sleep(ms: number): Promise<void>;
}
