import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deployed, step, version } from "../../../test/support/state.ts";
import { StateError } from "../../model/deploy-errors.ts";
import { readResource, readStep, readSummary, readVersion } from "./documents.ts";

const documents = [
  ["readResource", readResource, deployed("web")],
  ["readStep", readStep, { ...step(1), recorded: deployed("web"), captured: { a: 1 } }],
  ["readVersion", readVersion, version(1)],
  ["readSummary", readSummary, version(1)],
] as const;

/** Every place within a document, as keys. */
function placesIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    [key],
    ...placesIn(part).map((place) => [key, ...place]),
  ]);
}

function changed(document: unknown, [key = "", ...rest]: readonly string[], to: unknown): unknown {
  const copy = structuredClone(document) as Record<string, unknown>;
  copy[key] = rest.length === 0 ? to : changed(copy[key], rest, to);
  return copy;
}

describe.each(documents)("%s()", (_, read, document) => {
  it("reads what was written", () => {
    expect(read(JSON.stringify(document), "row 7")).toEqual(document);
  });

  it.each(["", "{", "null", "[]", "{}", "7", '"x"', '{"__proto__": 1}'])("refuses %j", (text) => {
    expect(() => read(text, "row 7")).toThrow(StateError);
    expect(() => read(text, "row 7")).toThrow("row 7 cannot be read");
  });

  it.each(Object.keys(document))(
    "refuses to do without %s, unless it is none of its own",
    (key) => {
      const { [key]: gone, ...rest } = document as Readonly<Record<string, unknown>>;
      expect(gone).toBeDefined();
      const isListed = read !== readSummary || !/^(?:resources|results|files)$/u.test(key);
      const reading = (): unknown => read(JSON.stringify(rest), "row 7");
      if (isListed) expect(reading).toThrow(StateError);
      else expect(reading()).toEqual(rest);
    },
  );

  it("gives what can be used, or says what is damaged, whatever stands there", () => {
    const places = placesIn(document);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
        const text = JSON.stringify(changed(document, place, value));
        try {
          const found = JSON.stringify(read(text, "row 7"));
          expect(JSON.parse(found)).toEqual(JSON.parse(text));
        } catch (error) {
          expect(error).toBeInstanceOf(StateError);
        }
      }),
    );
  });
});

it("what is recorded carries marks of ours", () => {
  const { marks } = deployed("web");
  for (const wrong of [null, {}, { ...marks, generation: 0 }, { ...marks, instance: "../x" }]) {
    const text = JSON.stringify({ ...deployed("web"), marks: wrong });
    expect(() => readResource(text, "resource web")).toThrow("resource web cannot be read");
  }
});
