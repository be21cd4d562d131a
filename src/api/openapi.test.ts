import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import type { MediaType, Operation } from "./openapi-types.ts";
import { openApiDocument } from "./openapi.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

const document = openApiDocument({ version: "1.2.3", url: "https://status.example.org/wm" });
const routes: readonly (readonly [string, Route])[] = Object.entries(ROUTES);

function operationOf({ path, method }: Route): Operation {
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${method} ${path} is not described`);
  return operation;
}

function contentOf(route: Route, status: string): Readonly<Record<string, MediaType>> {
  const response = operationOf(route).responses[status];
  return response === undefined || "$ref" in response ? {} : (response.content ?? {});
}

it("is a valid OpenAPI document", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document) as never);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe("3.1");
});

it("describes every route once, and nothing else", () => {
  const described = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(described.map(({ operationId }) => operationId).sort()).toEqual(
    Object.keys(ROUTES).sort(),
  );
});

it.each(routes)("says of %s who may ask", (_, route) => {
  const { security, description, "x-clockwork-role": role } = operationOf(route);
  expect(role).toBe(route.access);
  const isOpen = route.access === "open";
  expect(security).toEqual(isOpen ? [] : [{ clientCertificate: [route.access] }]);
  expect(description).toContain(isOpen ? "Open to all." : `Role: \`${route.access}\`.`);
});

it.each(routes)("says which statuses %s may answer with", (_, route) => {
  const statuses = Object.keys(operationOf(route).responses);
  const always = ["400", "421", "429", "500", "503", "default"];
  const expected = [
    String(route.status ?? 200),
    ...always,
    ...(route.access === "open" ? [] : ["401", "403"]),
    ...Object.keys(route.problems ?? {}),
  ];
  expect(statuses).toEqual(expect.arrayContaining(expected));
});

it.each(routes)("has parameters of %s that are what the path names", (_, route) => {
  const named = [...route.path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
  const { parameters } = operationOf(route);
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  expect(inPath.map(({ name }) => name)).toEqual(named);
  expect(inPath.every(({ required }) => required)).toBe(true);
});

it.each(routes.filter(([, { body }]) => body !== null))(
  "has an example of what is sent to %s that is what it says",
  (_, route) => {
    const { example } = operationOf(route).requestBody?.content["application/json"] ?? {};
    expect(route.body?.safeParse(example).error).toBeUndefined();
  },
);

it.each(routes)("has examples of what %s answers that are what it says", (_, route) => {
  const { answer, status = 200 } = route;
  const content = contentOf(route, String(status));
  if (answer.type === "text") expect(content).toHaveProperty([answer.mediaType]);
  else {
    const { example } = content["application/json"] ?? {};
    expect(answer.schema.safeParse(example).error).toBeUndefined();
  }
  if (answer.type !== "events") return;
  const stream = String(content["text/event-stream"]?.example);
  const [, data = ""] = /^data: (.*)$/mu.exec(stream) ?? [];
  expect(answer.event.safeParse(JSON.parse(data)).error).toBeUndefined();
});

it.each(routes)("has examples of parameters of %s that are what it says", (_, route) => {
  const { parameters } = operationOf(route);
  const examples = (place: string): object =>
    Object.fromEntries(
      parameters.flatMap(({ name, schema, example = schema.examples?.[0], ...parameter }) =>
        parameter.in === place && example !== undefined ? [[name, example] as const] : [],
      ),
    );
  expect(route.params.safeParse(examples("path")).error).toBeUndefined();
  expect(route.query.partial().safeParse(examples("query")).error).toBeUndefined();
});

it("refers to nothing that is not there, and names nothing that nobody refers to", () => {
  const text = JSON.stringify(document);
  const referred = new Set(
    [...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/gu)].map(([, to]) => to),
  );
  const { schemas, responses } = document.components;
  const there = [
    ...Object.keys(schemas).map((name) => `schemas/${name}`),
    ...Object.keys(responses).map((name) => `responses/${name}`),
  ];
  expect([...referred].sort()).toEqual(there.sort());
});

it("tells that what is sent may hold nothing else, and that what is answered may", () => {
  const sent = operationOf(ROUTES.apply).requestBody?.content["application/json"]?.schema;
  expect(sent?.additionalProperties).toBe(false);
  expect(document.components.schemas["Resource"]).not.toHaveProperty("additionalProperties");
});

it("is short: a moment is a format, and what may be null says so in its type", () => {
  const { properties = {} } = document.components.schemas["Hold"] ?? {};
  expect(properties["until"]).toEqual({
    type: ["string", "null"],
    format: "date-time",
    description: "Null until somebody ends it.",
    examples: ["2026-11-29T12:00:00.000Z"],
  });
});
