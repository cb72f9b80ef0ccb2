"""Makes tickets.json from the definitions in src/ticket.ts with hashlib alone."""
import hashlib, json

def tagged(tag, *parts):
    data = b"".join(len(p).to_bytes(4, "big") + p for p in [tag.encode(), *parts])
    return hashlib.sha256(data).digest()

cases = []
for epoch, attempt, view in [(0, 0, 0), (1, 0, 0), (7, 2, 5), (2**32 - 1, 2**32 - 1, 2**32 - 1)]:
    chain, randomness = hashlib.sha256(b"chain").digest(), hashlib.sha256(b"rnd%d" % epoch).digest()
    beta, identity = hashlib.sha512(b"beta%d" % view).digest(), hashlib.sha256(b"identity").digest()
    alpha = tagged("ios/vrf-sortition/v1/ticket-alpha", chain, *[n.to_bytes(4, "big") for n in (epoch, attempt, view)], randomness)
    rank = tagged("ios/vrf-sortition/v1/ticket-rank", alpha, beta, identity)
    cases.append({"chain": chain.hex(), "epoch": epoch, "attempt": attempt, "electionView": view,
                  "randomness": randomness.hex(), "alpha": alpha.hex(), "beta": beta.hex(),
                  "identity": identity.hex(), "rank": rank.hex()})
source = "made by tickets.py with hashlib from the definitions in src/ticket.ts; no code of this package was run"
print(json.dumps({"source": source, "cases": cases}, indent=2))
