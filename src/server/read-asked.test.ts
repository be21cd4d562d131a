import { describe, expect, it } from "vitest";
import type { Route } from "../api/route.ts";
import { ROUTES } from "../api/routes.ts";
import { askedReader } from "./read-asked.ts";
import { Refusal, type Problem } from "./refusal.ts";

const params = { project: "shop", resource: "web", kind: "pause" };

function problemsOf(read: () => unknown): NonNullable<Problem["errors"]> {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.problem.errors ?? [];
  }
  return [];
}

const errorsOf = (read: () => unknown): readonly string[] =>
  problemsOf(read).map(({ property }) => property);

const messagesOf = (read: () => unknown): readonly string[] =>
  problemsOf(read).map(({ property, message }) => `${property}: ${message}`);

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

  it("leaves what it does not know to a route that takes anything beside it", () => {
    const read = askedReader(ROUTES.probe);
    const query = { target: "http://localhost/", module: "http_2xx", region: "eu" };
    const asked = read({ params: {}, query, body: undefined });
    expect(asked.query).toMatchObject({ target: "http://localhost/", module: "http_2xx" });
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

  it.each([
    [ROUTES.probe, { query: {} }, "query.target: It is missing, and must be a text."],
    [
      ROUTES.probe,
      { query: { target: "a", debug: "1" } },
      'query.debug: It must be one of "true", "false".',
    ],
    [
      ROUTES.probe,
      { query: { target: "a", hostname: " " } },
      "query.hostname: It must be in the form that the documentation shows.",
    ],
    [ROUTES.allEvents, { query: { limit: "x" } }, "query.limit: It must be a number."],
    [ROUTES.allEvents, { query: { limit: "1.5" } }, "query.limit: It must be a whole number."],
    [ROUTES.allEvents, { query: { limit: "0" } }, "query.limit: It must be at least 1."],
    [ROUTES.register, { body: [] }, "body: It must be an object."],
    [ROUTES.register, { body: { path: "" } }, "body.path: It must have at least 1 character."],
  ])("says what is needed: %#", (route: Route, sent, expected) => {
    const none = { params: {}, query: {}, body: undefined };
    expect(messagesOf(() => askedReader(route)({ ...none, ...sent }))).toEqual([expected]);
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
