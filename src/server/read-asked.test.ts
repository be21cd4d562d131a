import { describe, expect, it } from "vitest";
import { ROUTES } from "../api/routes.ts";
import { askedReader } from "./read-asked.ts";
import { Refusal } from "./refusal.ts";

const params = { project: "shop", resource: "web", kind: "pause" };

function errorsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return (error.problem.errors ?? []).map(({ property }) => property);
  }
  return [];
}

describe("askedReader()", () => {
  it("gives what was sent, with what is usual", () => {
    const read = askedReader(ROUTES.holdResource);
    const body = { forSeconds: 60 };
    expect(read({ params, query: {}, body })).toEqual({
      params,
      query: {},
      body: { forSeconds: 60, comment: "" },
    });
  });

  it("gives no body where none is taken", () => {
    const read = askedReader(ROUTES.status);
    expect(read({ params: {}, query: { strict: "true" }, body: undefined })).toEqual({
      params: {},
      query: { strict: "true" },
      body: null,
    });
    expect(read({ params: {}, query: {}, body: {} }).body).toBeNull();
  });

  it("names all that is wrong", () => {
    const read = askedReader(ROUTES.holdResource);
    const sent = {
      params: { ...params, project: "../x" },
      query: { a: "1" },
      body: { forSecond: 1 },
    };
    expect(errorsOf(() => read(sent))).toEqual(["path.project", "query.a", "body.forSecond"]);
  });

  it("names so much, and repeats so much of it", () => {
    const read = askedReader(ROUTES.status);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, place) => [String(place), ""]));
    expect(errorsOf(() => read({ params: {}, query: many, body: undefined }))).toHaveLength(20);
    const long = { ["x".repeat(5_000)]: "" };
    const [property = ""] = errorsOf(() => read({ params: {}, query: long, body: undefined }));
    expect(property.length).toBeLessThan(120);
  });

  it("takes nothing that is inherited for known", () => {
    const read = askedReader(ROUTES.status);
    for (const name of ["constructor", "toString", "hasOwnProperty"]) {
      expect(errorsOf(() => read({ params: {}, query: { [name]: "1" }, body: undefined }))).toEqual(
        [`query.${name}`],
      );
    }
  });
});
