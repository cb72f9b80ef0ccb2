"""Makes assignment.json from the definitions in src with hashlib alone."""
import hashlib, json

def frame(tag, *parts):
    return b"".join(len(p).to_bytes(4, "big") + p for p in [tag.encode(), *parts])

def permutation(seed, tag, n):
    stream = hashlib.shake_256(frame(tag, seed, n.to_bytes(4, "big"))).digest(16 * n + 64)
    order, at = list(range(n)), 0
    for i in range(n - 1, 0, -1):
        limit = 2**32 - 2**32 % (i + 1)
        while True:
            word = int.from_bytes(stream[at:at + 4], "big")
            at += 4
            if word < limit:
                break
        j = word % (i + 1)
        order[i], order[j] = order[j], order[i]
    return order

def assign(randomness, n, shards):
    order, out, start = permutation(randomness, "ios/eds/v1/assignment", n), [], 0
    for j in range(shards):
        size = n // shards + (1 if j < n % shards else 0)
        out.append(order[start:start + size])
        start += size
    return out

def shuffled(seed, members):
    ascending = sorted(members)
    return [ascending[i] for i in permutation(seed, "ios/eds/v1/order", len(ascending))]

def plan(randomness, shard, committee, following):
    leave = hashlib.sha256(frame("ios/eds/v1/leave", randomness, shard.to_bytes(4, "big"))).digest()
    arrive = hashlib.sha256(frame("ios/eds/v1/arrive", randomness)).digest()
    leaving = shuffled(leave, set(committee) - set(following))
    arriving = shuffled(arrive, set(following) - set(committee))
    return [[committee.index(a), a, b] for a, b in zip(leaving, arriving)]

cases = []
for n, shards in [(1, 1), (4, 1), (8, 2), (10, 3), (12, 3), (100, 7)]:
    first, second = (hashlib.sha256(b"%s%d" % (name, n)).digest() for name in (b"old", b"new"))
    old, new = assign(first, n, shards), assign(second, n, shards)
    plans = [plan(second, j, old[j], new[j]) for j in range(shards)]
    cases.append({"n": n, "shards": shards, "randomness": first.hex(), "next": second.hex(),
                  "assignment": old, "nextAssignment": new, "swaps": plans})
source = "made by assignment.py with hashlib from the definitions in src; no code of this package was run"
print(json.dumps({"source": source, "cases": cases}))
