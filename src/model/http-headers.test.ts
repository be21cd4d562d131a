import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "./errors.ts";
import { headerName, isSecretHeader, requestHeaders, resolveHeaders } from "./http-headers.ts";
import { InvalidOption } from "./options.ts";
import { secret } from "./secret.ts";

it("requestHeaders() reads text and secrets", () => {
  const headers = { Accept: "text/html", Host: "a.example", Authorization: secret.env("TOKEN") };
  expect(requestHeaders().read(headers)).toEqual(headers);
});

it.each([
  ["Accept: */*", "", "must be an object"],
  [new Headers({ Accept: "*/*" }), "", "must be an object"],
  [new Map([["Accept", "*/*"]]), "", "must be an object"],
  [[["Accept", "*/*"]], "", "must be an object"],
  [{ "a b": "" }, "", 'got "a b"'],
  [{ "": "" }, "", 'got ""'],
  [{ a: 5 }, ".a", "must be text"],
  [{ a: "x\r\nEvil: 1" }, ".a", "line breaks"],
  [{ a: "x".repeat(8_193) }, ".a", "at most 8192"],
  [{ a: {} }, ".a", "secret.env"],
  [{ "Content-Length": "5" }, ".Content-Length", "cannot be set"],
  [{ a: "1", A: "2" }, ".A", "given twice"],
  [{ authorization: "Bearer hunter2" }, ".authorization", "must be a secret"],
  [{ "X-Api-Key": "hunter2" }, ".X-Api-Key", "must be a secret"],
  [Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`h${String(i)}`, ""])), "", "100"],
])("requestHeaders() refuses %j", (value, property, message) => {
  try {
    requestHeaders().read(value);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ name: "InvalidOption", property });
    expect((error as Error).message).toContain(message);
    expect(JSON.stringify(error)).not.toContain("hunter2");
  }
});

it("requestHeaders() reads or refuses, whatever comes, and lets no control character through", () => {
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue());
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), (headers) => {
      try {
        const read = requestHeaders().read(headers);
        const values = Object.values(read).filter((entry) => typeof entry === "string");
        expect(values.join("")).not.toMatch(/[\r\n\0]/u);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOption);
      }
    }),
  );
});

it.each([
  ["Authorization", true],
  ["proxy-authorization", true],
  ["Set-Cookie", true],
  ["X-CSRF-Token", true],
  ["x-apikey", true],
  ["WWW-Authenticate", false],
  ["Idempotency-Key", false],
  ["Content-Type", false],
])("isSecretHeader() of %s is %j", (name, is) => {
  expect(isSecretHeader(name)).toBe(is);
});

it("headerName() refuses what is no name", () => {
  expect(headerName().read("X-Frame-Options")).toBe("X-Frame-Options");
  expect(() => headerName().read("a:")).toThrow("name of a header");
});

it("resolveHeaders() looks secrets up, and tells which they are", async () => {
  const resolve = (reference: object): Promise<string> =>
    Promise.resolve(JSON.stringify(reference));
  const headers = { Accept: "a", Authorization: secret.env("T") };
  expect(await resolveHeaders(headers, { resolve })).toEqual({
    headers: { Accept: "a", Authorization: '{"secretEnv":"T"}' },
    secrets: ['{"secretEnv":"T"}'],
  });
  expect(await resolveHeaders(null, { resolve })).toEqual({ headers: {}, secrets: [] });
});

it("resolveHeaders() cannot send a secret with a line break, and does not show it", async () => {
  const resolve = (): Promise<string> => Promise.resolve("hunter2\nEvil: 1");
  const resolved = resolveHeaders({ Authorization: secret.file("/run/t") }, { resolve });
  await expect(resolved).rejects.toBeInstanceOf(ObservationError);
  await expect(resolved).rejects.toThrow(
    "the secret from file /run/t cannot be sent as Authorization: it holds a line break",
  );
  await expect(resolved).rejects.not.toThrow("hunter2");
});
