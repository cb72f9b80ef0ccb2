/** What a collective signature asks of a point: the group operations and one encoding. Points are immutable. */
export interface CurvePoint {
  add(other: CurvePoint): CurvePoint;
  negate(): CurvePoint;
  equals(other: CurvePoint): boolean;
  /** Whether it is the neutral point. */
  is0(): boolean;
  /** 32 bytes. */
  toBytes(): Uint8Array;
}

/** What a roster asks of a curve: strict decoding, and the test of what it decodes. */
export type KeyCurve = Pick<Curve, 'fromBytes' | 'isPrimeOrder'>;

/** A curve with a base point of prime order and a verification rule: edwards25519, or a transparent group in tests. */
export interface Curve {
  /** The prime order of `base`: ℓ, since challenges are 64 bytes modulo it. */
  readonly order: bigint;
  readonly base: CurvePoint;
  /** secret · base, for a secret scalar from 1 to `order - 1`, without branches or memory accesses that depend on it. */
  multiplyBase(secret: bigint): CurvePoint;
  /** Σ scalars[i] · points[i] of public scalars from 0 to `order - 1`, as many as points, which may have any order. */
  multiScalarMultiply(points: readonly CurvePoint[], scalars: readonly bigint[]): CurvePoint;
  /** The point whose one encoding the bytes are, of any order; undefined for other bytes of any length. */
  fromBytes(bytes: Uint8Array): CurvePoint | undefined;
  /** Whether a point has exactly the order of `base`. */
  isPrimeOrder(point: CurvePoint): boolean;
  /** The rule that decides whether a finished signature (R ‖ s, 64 bytes) holds under a key. Never throws. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}
