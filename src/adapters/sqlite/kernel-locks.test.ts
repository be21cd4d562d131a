import fc from "fast-check";
import { expect, it } from "vitest";
import { lockersIn } from "./kernel-locks.ts";

const LOCKS = `1: POSIX  ADVISORY  WRITE 7 08:02:1234 1073741825 1073741825
1: -> POSIX  ADVISORY  WRITE 8 08:02:1234 1073741825 1073741825
2: POSIX  ADVISORY  READ 7 08:02:1234 1073741826 1073742335
3: FLOCK  ADVISORY  WRITE 9 08:02:1234 0 EOF
4: POSIX  ADVISORY  WRITE 10 08:02:12345 0 EOF
5: OFDLCK ADVISORY  WRITE -1 08:02:1234 0 EOF
6: POSIX  ADVISORY  READ 11 fe:0a:1234 128 128
`;

it("lockersIn() finds each holder once, and nobody who waits", () => {
  expect(lockersIn(LOCKS, 1234)).toEqual([7, 11]);
  expect(lockersIn(LOCKS, 12345)).toEqual([10]);
  expect(lockersIn(LOCKS, 123)).toEqual([]);
});

it("lockersIn() survives any text", () => {
  const piece = fc.oneof(
    fc.constantFrom("1: ", "-> ", "POSIX  ADVISORY  ", "WRITE ", "7 ", "08:02:1 ", "\n", "-"),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      for (const pid of lockersIn(pieces.join(""), 1)) expect(pid).toSatisfy(Number.isInteger);
      expect(lockersIn(`${pieces.join("")}\n${LOCKS}`, 1234)).toEqual(
        expect.arrayContaining([7, 11]),
      );
    }),
  );
});
