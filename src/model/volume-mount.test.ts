import fc from "fast-check";
import { expect, it } from "vitest";
import { InvalidOption } from "./options.ts";
import { volumeMount, type VolumeInput } from "./volume-mount.ts";

const type = volumeMount();

it.each<[VolumeInput, object]>([
  ["./site:/srv", { source: "./site", target: "/srv", readOnly: false }],
  ["data:/var/lib/data:ro", { source: "data", target: "/var/lib/data", readOnly: true }],
  ["data:/var/lib/data:rw", { source: "data", target: "/var/lib/data", readOnly: false }],
  [
    { source: "/a:b", target: "/c" },
    { source: "/a:b", target: "/c", readOnly: false },
  ],
])("volumeMount() reads %o", (input, expected) => {
  const value = type.read(input);
  expect(value).toEqual(expected);
  expect(type.read(value)).toEqual(value);
});

it.each([
  "/srv",
  "data:srv",
  ":/srv",
  "data:/srv:z",
  "data:/srv:ro:ro",
  { source: "data", target: "srv" },
  { source: "", target: "/srv" },
  { source: "a", target: "/srv", readOnly: "yes" },
  { source: "a", target: "/srv", mode: "ro" },
])("volumeMount() refuses %o", (input) => {
  expect(() => type.read(input)).toThrow("must be a volume such as");
});

it("volumeMount() refuses in words whatever it does not read", () => {
  const hostile = fc.oneof(fc.string(), fc.stringMatching(/^[a-z:/.]{0,60}$/), fc.anything());
  fc.assert(
    fc.property(hostile, (input) => {
      try {
        const value = type.read(input);
        expect(value.target).toMatch(/^\//u);
        expect(type.read(value)).toEqual(value);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOption);
      }
    }),
  );
});
