import fc from "fast-check";
import { expect, it } from "vitest";
import { parseNote } from "./git-marks.ts";

const MARKS = {
  project: "0f8fad5b-d9cb-469f-a165-70867728950e",
  resource: "site",
  instance: "0123456789abcdef",
  generation: 1,
  specHash: "a".repeat(64),
  version: 1,
};
const COMMIT = "1".repeat(40);

it("parseNote() reads marks, and the change under way", () => {
  const text = JSON.stringify({ ...MARKS, changing: [COMMIT, "--force", 7, COMMIT] });
  expect(parseNote(text)).toEqual({ marks: MARKS, changing: [COMMIT, COMMIT] });
  // The note of a repository that is not ours, while it is taken over.
  expect(parseNote(JSON.stringify({ changing: [COMMIT] }))).toEqual({
    marks: null,
    changing: [COMMIT],
  });
});

it("parseNote() takes whatever is none of ours for an empty note", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(parseNote(text)).toEqual({ marks: null, changing: [] });
    }),
  );
});
