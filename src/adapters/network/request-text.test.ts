import fc from "fast-check";
import { expect, it } from "vitest";
import type { TransportRequest } from "../../ports/transport.ts";
import { checkRequest, isRepeatable, requestText } from "./request-text.ts";

const DEFAULTS = { userAgent: "clockwork/test", keepsAlive: false };

function request(more: Partial<TransportRequest> = {}): TransportRequest {
  const { signal } = new AbortController();
  return { url: new URL("http://web.example/a?b"), signal, maxBodyBytes: 1_000, ...more };
}

function linesOf(more: Partial<TransportRequest>): readonly string[] {
  return requestText(request(more), DEFAULTS).split("\r\n");
}

it("requestText() says the same with and without a method of its own", () => {
  const plain = linesOf({});
  expect(plain).toEqual([
    "GET /a?b HTTP/1.1",
    "Host: web.example",
    "User-Agent: clockwork/test",
    "Accept: */*",
    "Accept-Encoding: identity",
    "Connection: close",
    "",
    "",
  ]);
  expect(linesOf({ method: "GET" })).toEqual(plain);
  expect(linesOf({ method: "HEAD" })).toEqual(["HEAD /a?b HTTP/1.1", ...plain.slice(1)]);
  const kept = requestText(request({ method: "GET" }), { ...DEFAULTS, keepsAlive: true });
  expect(kept).toContain("\r\nConnection: keep-alive\r\n");
});

it("requestText() lets headers replace its own, in any case, and adds the others", () => {
  const headers = { HOST: "other.example", accept: "text/html", "X-Name": "\u00e9" };
  expect(linesOf({ headers })).toEqual([
    "GET /a?b HTTP/1.1",
    "HOST: other.example",
    "User-Agent: clockwork/test",
    "accept: text/html",
    "Accept-Encoding: identity",
    "X-Name: \u00c3\u00a9",
    "Connection: close",
    "",
    "",
  ]);
});

it("requestText() takes an Authorization header rather than the credentials of the URL", () => {
  const url = new URL("http://ann:secret@web.example/");
  expect(linesOf({ url, method: "GET" })).toContain("Authorization: Basic YW5uOnNlY3JldA==");
  const lines = linesOf({ url, headers: { authorization: "Bearer x" } });
  expect(lines.filter((line) => /^authorization:/iu.test(line))).toEqual([
    "authorization: Bearer x",
  ]);
});

it("requestText() sends a body as UTF-8, with its length in bytes", () => {
  const lines = linesOf({ method: "POST", body: "\u20ac\r\n" });
  expect(lines).toContain("Content-Length: 5");
  expect(lines.slice(-3)).toEqual(["", "\u00e2\u0082\u00ac", ""]);
});

it.each([
  ["POST", undefined, "Content-Length: 0"],
  ["PUT", undefined, "Content-Length: 0"],
  ["PATCH", "", "Content-Length: 0"],
  ["GET", "", "Content-Length: 0"],
  ["DELETE", "x", "Content-Length: 1"],
])("requestText() tells the length of a %s with the body %j", (method, body, line) => {
  expect(linesOf({ method, ...(body === undefined ? {} : { body }) })).toContain(line);
});

it.each(["GET", "HEAD", "DELETE", "OPTIONS"])(
  "requestText() sends %s without a length",
  (method) => {
    expect(linesOf({ method }).join()).not.toMatch(/content-length/iu);
  },
);

it.each(["", "GET /", "G\r\nET", "G\u00c9T", "CONNECT", "GET:"])(
  "checkRequest() refuses the method %j",
  (method) => {
    expect(() => {
      checkRequest(request({ method }));
    }).toThrow(TypeError);
  },
);

it.each<[Record<string, string>, string]>([
  [{ "": "x" }, 'header name is malformed: got ""'],
  [{ "A B": "x" }, 'header name is malformed: got "A B"'],
  [{ "A:": "x" }, "header name is malformed"],
  [{ "A\r\nB": "x" }, "header name is malformed"],
  [{ Connection: "x" }, "header Connection cannot be set"],
  [{ "content-length": "1" }, "header content-length cannot be set"],
  [{ "TRANSFER-encoding": "x" }, "header TRANSFER-encoding cannot be set"],
  [{ Accept: "a", accept: "b" }, "header accept is given twice"],
  [{ "X-Token": "a\r\nB: c" }, "header X-Token must not hold line breaks"],
  [{ "X-Token": "a\n" }, "header X-Token must not hold line breaks"],
  [{ "X-Token": "a\u0000" }, "header X-Token must not hold line breaks"],
  [{ "X-Token": "a\u007f" }, "header X-Token must not hold line breaks"],
])("checkRequest() refuses the headers %j", (headers, message) => {
  const check = (): void => {
    checkRequest(request({ headers }));
  };
  expect(check).toThrow(TypeError);
  expect(check).toThrow(message);
});

it("checkRequest() tells no value, as it may be a secret", () => {
  expect(() => {
    checkRequest(request({ headers: { "X-Token": "hunter2\n" } }));
  }).toThrow(/^(?!.*hunter2)/u);
});

it("checkRequest() lets nothing pass that would end a line, whatever it is made of", () => {
  const text = fc.string({ unit: "binary", maxLength: 12 });
  fc.assert(
    fc.property(text, text, text, (method, name, value) => {
      const given = request({ method, headers: { [name]: value } });
      try {
        checkRequest(given);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        return;
      }
      const lines = requestText(given, DEFAULTS).split(/[\r\n\0]/u);
      expect(lines.filter((line) => line !== "").length).toBeLessThanOrEqual(8);
    }),
  );
});

it("isRepeatable() knows which methods may be sent twice", () => {
  const methods = [undefined, "GET", "HEAD", "PUT", "DELETE", "POST", "PATCH", "get"];
  const outcomes = methods.map((method) =>
    isRepeatable(request(method === undefined ? {} : { method })),
  );
  expect(outcomes).toEqual([true, true, true, true, true, false, false, false]);
});
