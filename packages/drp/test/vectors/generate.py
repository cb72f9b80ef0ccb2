"""Writes drp.json from the sentences of the README and of docs/wire-format.md, without the code of the package."""
import hashlib
import json
import pathlib
import struct


def frame(tag, parts):
    return b"".join(struct.pack(">I", len(part)) + part for part in [tag.encode(), *parts])


def h(tag, *parts):
    return hashlib.sha256(frame(tag, parts)).digest()


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def permutation(seed, tag, n):
    stream = hashlib.shake_256(frame(tag, [seed, struct.pack(">I", n)])).digest(64 * n)
    place = 0
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        limit = 2**32 - 2**32 % (i + 1)
        while True:
            word = struct.unpack(">I", stream[place : place + 4])[0]
            place += 4
            if word < limit:
                break
        j = word % (i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def case(n, c, one_group_up_to, epoch, attempt, view, client):
    roster = sorted(
        (hashlib.sha256(b"identity" + bytes([i])).digest(), hashlib.sha256(b"share" + bytes([i])).digest()) for i in range(n)
    )
    chain, randomness = bytes([1]) * 32, bytes([2]) * 32
    roster_root = h("ios/drp/v1/roster", struct.pack(">I", n), root([a + b for a, b in roster]))
    numbers = [struct.pack(">I", number) for number in (epoch, attempt, view)]
    session = h("ios/drp/v1/session", chain, *numbers, randomness, roster_root, roster[client][0])
    count = 1 if n <= one_group_up_to else -(-n // c)
    sizes = [n // count + (1 if i < n % count else 0) for i in range(count)]
    order = permutation(session, "ios/drp/v1/groups", n)
    groups = []
    for size in sizes:
        groups.append({"members": sorted(order[:size]), "threshold": size // 3 + 1})
        order = order[size:]
    entries = []
    dealings = []
    for index, group in enumerate(groups):
        for dealer in group["members"][: group["threshold"]]:
            dealing = b"dealing" + bytes([dealer])
            statement = h("ios/drp/v1/deal", session, roster[dealer][0], h("ios/drp/v1/dealing", dealing))
            digest = h("ios/drp/v1/signed-dealing", dealing + bytes(64))
            dealings.append({"dealer": dealer, "dealing": dealing.hex(), "statement": statement.hex()})
            entries.append((index, dealer, digest))
    selection = session + struct.pack(">H", len(entries))
    selection += b"".join(struct.pack(">HH", group, dealer) + digest for group, dealer, digest in entries)
    digest = h("ios/drp/v1/selection", selection)
    return {
        "roster": [{"identity": a.hex(), "share": b.hex()} for a, b in roster],
        "groupSize": c,
        "oneGroupUpTo": one_group_up_to,
        "chain": chain.hex(),
        "randomness": randomness.hex(),
        "epoch": epoch,
        "attempt": attempt,
        "view": view,
        "client": client,
        "rosterRoot": roster_root.hex(),
        "session": session.hex(),
        "groups": groups,
        "dealings": dealings,
        "selection": selection.hex(),
        "selectionDigest": digest.hex(),
        "endorsement": h("ios/drp/v1/endorse", digest).hex(),
    }


cases = [case(1, 4, 64, 1, 0, 0, 0), case(7, 4, 64, 7, 1, 2, 3), case(11, 4, 0, 2**32 - 1, 5, 9, 10), case(70, 32, 64, 3, 0, 1, 69)]
source = "test/vectors/generate.py: a program in Python from README.md and docs/wire-format.md, without the code of the package"
path = pathlib.Path(__file__).with_name("drp.json")
path.write_text(json.dumps({"source": source, "cases": cases}, indent=2) + "\n")
