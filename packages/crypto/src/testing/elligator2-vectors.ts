/**
 * Field elements u and the points Q that `map_to_curve` makes of them, before the cofactor is cleared, as affine
 * coordinates: RFC 9380, appendix J.5.2 (edwards25519_XMD:SHA-512_ELL2_NU_).
 */
export const elligator2Vectors: readonly { readonly u: bigint; readonly x: bigint; readonly y: bigint }[] = [
  {
    u: 0x7f3e7fb9428103ad7f52db32f9df32505d7b427d894c5093f7a0f0374a30641dn,
    x: 0x42836f691d05211ebc65ef8fcf01e0fb6328ec9c4737c26050471e50803022ebn,
    y: 0x22cb4aaa555e23bd460262d2130d6a3c9207aa8bbb85060928beb263d6d42a95n,
  },
  {
    u: 0x09cfa30ad79bd59456594a0f5d3a76f6b71c6787b04de98be5cd201a556e253bn,
    x: 0x333e41b61c6dd43af220c1ac34a3663e1cf537f996bab50ab66e33c4bd8e4e19n,
    y: 0x51b6f178eb08c4a782c820e306b82c6e273ab22e258d972cd0c511787b2a3443n,
  },
  {
    u: 0x475ccff99225ef90d78cc9338e9f6a6bb7b17607c0c4428937de75d33edba941n,
    x: 0x55186c242c78e7d0ec5b6c9553f04c6aeef64e69ec2e824472394da32647cfc6n,
    y: 0x5b9ea3c265ee42256a8f724f616307ef38496ef7eba391c08f99f3bea6fa88f0n,
  },
  {
    u: 0x049a1c8bd51bcb2aec339f387d1ff51428b88d0763a91bcdf6929814ac95d03dn,
    x: 0x024b6e1621606dca8071aa97b43dce4040ca78284f2a527dcf5d0fbfac2b07e7n,
    y: 0x5102353883d739bdc9f8a3af650342b171217167dcce34f8db57208ec1dfdbf2n,
  },
  {
    u: 0x3cb0178a8137cefa5b79a3a57c858d7eeeaa787b2781be4a362a2f0750d24fa0n,
    x: 0x3e6368cff6e88a58e250c54bd27d2c989ae9b3acb6067f2651ad282ab8c21cd9n,
    y: 0x38fb39f1566ca118ae6c7af42810c0bb9767ae5960abb5a8ca792530bfb9447dn,
  },
];
