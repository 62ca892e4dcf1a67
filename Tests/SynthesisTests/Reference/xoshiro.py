#!/usr/bin/env python3
"""Prints the first values of the stream (seed 42, purpose "rhythm") for RandomStreamTests.

An implementation apart from the one under test, from the published descriptions of FNV-1a, SplitMix64 and xoshiro256++.
"""
M = (1 << 64) - 1
seed, purpose = 42, "rhythm"
h = 0xCBF29CE484222325
for b in purpose.encode():
    h = ((h ^ b) * 0x100000001B3) & M
x = seed ^ h
s = []
for _ in range(4):
    x = (x + 0x9E3779B97F4A7C15) & M
    z = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    s.append(z ^ (z >> 31))
rotl = lambda v, k: ((v << k) | (v >> (64 - k))) & M
for _ in range(6):
    print(f"{(rotl((s[0] + s[3]) & M, 23) + s[0]) & M:#018x},")
    t = (s[1] << 17) & M
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotl(s[3], 45)
