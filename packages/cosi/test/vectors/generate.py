#!/usr/bin/env python3
"""Writes collective-signature.json beside this file: python3 generate.py

Computed from the package's README ("The protocol in numbered steps") and docs/wire-format.md with integers and hashlib
alone. No code of the package is run, so that the vectors check the code and not the other way round.
"""

import hashlib
import json
import pathlib
import struct

# edwards25519 (RFC 8032, section 5.1), affine and slow.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(p, q):
    (x1, y1), (x2, y2) = p, q
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P
    return x, y


def multiply(k, p):
    r = (0, 1)
    while k:
        if k & 1:
            r = add(r, p)
        p = add(p, p)
        k >>= 1
    return r


def encode(p):
    return (p[1] | (p[0] & 1) << 255).to_bytes(32, "little")


BY = 4 * pow(5, P - 2, P) % P
BX2 = (BY * BY - 1) * pow(D * BY * BY + 1, P - 2, P) % P
BX = pow(BX2, (P + 3) // 8, P)
if (BX * BX - BX2) % P:
    BX = BX * pow(2, (P - 1) // 4, P) % P
BASE = (BX if BX % 2 == 0 else P - BX, BY)


def total(points):
    sum_ = (0, 1)
    for point in points:
        sum_ = add(sum_, point)
    return sum_


# Ed25519, for identities.
def expand(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & ~7 & (2**255 - 1) | 2**254
    return a % L, h[32:]


def ed25519_key(seed):
    return encode(multiply(expand(seed)[0], BASE))


def ed25519_sign(message, seed):
    a, prefix = expand(seed)
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    R = encode(multiply(r, BASE))
    k = int.from_bytes(hashlib.sha512(R + ed25519_key(seed) + message).digest(), "little") % L
    return R + ((r + k * a) % L).to_bytes(32, "little")


# Transcripts and trees (docs/wire-format.md).
def frame(tag, *parts):
    return b"".join(struct.pack(">I", len(part)) + part for part in (tag.encode(), *parts))


def tagged(tag, *parts):
    return hashlib.sha256(frame(tag, *parts)).digest()


def scalar(tag, *parts):
    return int.from_bytes(hashlib.sha512(frame(tag, *parts)).digest(), "little") % L


def merkle(leaves):
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + merkle(leaves[:split]) + merkle(leaves[split:])).digest()


def mask_of(indices, n):
    mask = bytearray((n + 7) // 8)
    for i in indices:
        mask[i // 8] |= 1 << i % 8
    return bytes(mask)


def bytes32(*what):
    """Bytes that look random and can be made again."""
    return hashlib.sha256(repr(what).encode()).digest()


def case(name, n, indices, message, attempt):
    secrets = [int.from_bytes(bytes32(name, "secret", i) * 2, "little") % L for i in range(n)]
    seeds = [bytes32(name, "seed", i) for i in range(n)]
    keys = [multiply(x, BASE) for x in secrets]
    cosigners = [encode(key) + ed25519_key(seed) for key, seed in zip(keys, seeds)]
    root = tagged("ios/cosi/v1/roster", struct.pack(">I", n), merkle(cosigners))
    session = bytes32(name, "session")

    nonces, entries = [], []
    for i in indices:
        fresh = [bytes32(name, which, i) for which in "de"]
        pair = [
            # The zero: the first try; the one: the first pair that this signer draws.
            scalar(
                f"ios/cosi/v1/nonce-{which}",
                secrets[i].to_bytes(32, "little"),
                own,
                struct.pack(">I", 0),
                root,
                struct.pack(">H", i),
                session,
                struct.pack(">I", attempt),
                (1).to_bytes(6, "big"),
            )
            for which, own in zip("de", fresh)
        ]
        points = [multiply(own, BASE) for own in pair]
        shown = [encode(point) for point in points]
        statement = tagged("ios/cosi/v1/entry", session, struct.pack(">I", attempt), struct.pack(">H", i), *shown)
        entries.append(struct.pack(">H", i) + b"".join(shown) + ed25519_sign(statement, seeds[i]))
        nonces.append((fresh, pair, points))

    mask = mask_of(indices, n)
    A = encode(total(keys[i] for i in indices))
    M = tagged("ios/cosi/v1/message", root, mask, message)
    hashed = struct.pack(">H", len(entries)) + b"".join(entry[:66] for entry in entries)
    b = scalar("ios/cosi/v1/binding", root, mask, A, hashed, M)
    R = encode(add(total(points[0] for _, _, points in nonces), multiply(b, total(points[1] for _, _, points in nonces))))
    c = int.from_bytes(hashlib.sha512(R + A + M).digest(), "little") % L
    responses = [(d + b * e + c * secrets[i]) % L for i, (_, (d, e), _) in zip(indices, nonces)]
    # sB = R + cA, or the vector is wrong.
    left = multiply(sum(responses) % L, BASE)
    right = add(
        add(total(points[0] for _, _, points in nonces), multiply(b, total(points[1] for _, _, points in nonces))),
        multiply(c, total(keys[i] for i in indices)),
    )
    assert left == right
    little = lambda value: value.to_bytes(32, "little").hex()
    return {
        "name": name,
        "secrets": [little(x) for x in secrets],
        "identitySeeds": [seed.hex() for seed in seeds],
        "cosigners": [cosigner.hex() for cosigner in cosigners],
        "root": root.hex(),
        "session": session.hex(),
        "attempt": attempt,
        "message": message.hex(),
        "indices": indices,
        "fresh": [[own.hex() for own in fresh] for fresh, _, _ in nonces],
        "list": (struct.pack(">H", len(entries)) + b"".join(entries)).hex(),
        "mask": mask.hex(),
        "A": A.hex(),
        "M": M.hex(),
        "b": little(b),
        "R": R.hex(),
        "c": little(c),
        "responses": [little(s) for s in responses],
        "signature": (R + little_bytes(sum(responses) % L)).hex(),
    }


def little_bytes(value):
    return value.to_bytes(32, "little")


vectors = {
    "source": "made by generate.py with Python integers and hashlib from the README and docs/wire-format.md; no code of this "
    "package was run",
    "cases": [
        case("one alone", 1, [0], b"", 0),
        case("three of four", 4, [0, 1, 3], b"three of four", 0),
        case("seven of ten, over two bytes of mask", 10, [0, 1, 2, 5, 7, 8, 9], bytes(range(200)), 4_294_967_295),
        case("all of nine", 9, list(range(9)), b"all of nine", 2),
        case("few of seventeen", 17, [3, 16], b"few", 1),
    ],
}
path = pathlib.Path(__file__).with_name("collective-signature.json")
path.write_text(json.dumps(vectors, indent=1) + "\n")
