import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { shellWord } from "./shell-word.ts";

it("shellWord() leaves what a shell takes as it is", () => {
  expect(shellWord("examples/shop-1.json")).toBe("examples/shop-1.json");
});

it("shellWord() is what a shell reads back, whatever it is given", () => {
  const word = fc.string({ minLength: 1 }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 50 }), (words) => {
      const script = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;
      const said = execFileSync("/bin/sh", ["-c", script]).toString();
      expect(said.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 10 },
  );
});
