import fc from "fast-check";
import { expect, it } from "vitest";
import { TransportError } from "../../model/errors.ts";
import { checkHeaderLine, malformed, parseHead, quoted } from "./response-head.ts";

/** A head with these header lines. */
function head(...lines: readonly string[]): string {
  return ["HTTP/1.1 200 OK", ...lines].join("\r\n");
}

/** What parsing comes to: the head, or the message of the error. */
function framing(...lines: readonly string[]): unknown {
  try {
    return parseHead(head(...lines)).framing;
  } catch (error) {
    expect(error).toBeInstanceOf(TransportError);
    return (error as Error).message;
  }
}

const UNTIL_CLOSE = { kind: "until-close" };
const CHUNKED = { kind: "chunked" };

it("parseHead() reads status line and headers", () => {
  const { status, statusText, header } = parseHead(
    head("Server: x", "Location:\t /next \t", "Empty:", "Set-Cookie: a=b", "set-COOKIE: c"),
  );
  expect({ status, statusText }).toEqual({ status: 200, statusText: "OK" });
  expect(header("server")).toBe("x");
  expect(header("location")).toBe("/next");
  expect(header("empty")).toBe("");
  expect(header("set-cookie")).toBe("a=b, c");
  expect(header("set")).toBeNull();
  expect(header("cookie")).toBeNull();
});

it.each([
  ["HTTP/1.1 200 OK", 200, "OK"],
  ["HTTP/1.1 200", 200, ""],
  ["HTTP/1.1 200 ", 200, ""],
  ["HTTP/1.1 404  Not Found", 404, " Not Found"],
  ["HTTP/1.0 999 Odd", 999, "Odd"],
  ["HTTP/0.9 200 OK", 200, "OK"],
  ["HTTP/2.0 200 OK", 200, "OK"],
  ["HTTP/1.1 100 \u00e9\u0001", 100, "\u00e9\u0001"],
])("parseHead() takes the status line %j", (line, status, statusText) => {
  expect(parseHead(line)).toMatchObject({ status, statusText });
});

it.each([
  "",
  "HTTP/1.1",
  "HTTP/1.1 20",
  "HTTP/1.1 099 OK",
  "HTTP/1.1 1000 OK",
  "HTTP/1.1  200 OK",
  "HTTP/1.1 200x",
  "HTTP/1.1\t200 OK",
  "HTTP/1.2 200 OK",
  "HTTP/1.10 200 OK",
  "http/1.1 200 OK",
  " HTTP/1.1 200 OK",
  "HTTP/1.1 200 O\rK",
  "HTTP/1.1 200 O\nK",
  "ICY 200 OK",
  "GET / HTTP/1.1",
])("parseHead() refuses the status line %j, and shows it", (line) => {
  expect(() => parseHead(line)).toThrow(malformed(`the status line is ${quoted(line)}`));
});

it.each(["abc", ": b", "a : b", "a\t: b", " a: b", "a(b: c", "\u00e9: b", "a\u0000: b", ""])(
  "parseHead() refuses the header line %j",
  (line) => {
    expect(() => parseHead(head("a: b", line))).toThrow(`a header line is ${quoted(line)}`);
  },
);

it.each(["\u0000", "\u0001", "\r", "\n", "\u001b", "\u007f"])(
  "parseHead() refuses a header value with %j",
  (character) => {
    const parse = (): unknown => parseHead(head(`x-name: b${character}c`));
    expect(parse).toThrow('header "x-name" holds a control character');
  },
);

it("parseHead() takes all that a header may hold", () => {
  const { header } = parseHead(head("!#$%&'*+-.^_`|~09Az: a\tb \u00e9\u0080\u00ff!~"));
  expect(header("!#$%&'*+-.^_`|~09az")).toBe("a\tb \u00e9\u0080\u00ff!~");
});

it("parseHead() reads a header as UTF-8 where it is, and as Latin-1 otherwise", () => {
  const sent = Buffer.from("/caf\u00e9/\u65e5", "utf8").toString("latin1");
  expect(parseHead(head(`Location: ${sent}`)).header("location")).toBe("/caf\u00e9/\u65e5");
  expect(parseHead(head("Location: /caf\u00e9")).header("location")).toBe("/caf\u00e9");
});

it("parseHead() finds how the end of the body is told", () => {
  expect(framing()).toEqual(UNTIL_CLOSE);
  expect(framing("Content-Length: 12")).toEqual({ kind: "length", bytes: 12 });
  expect(framing("content-length:0")).toEqual({ kind: "length", bytes: 0 });
  expect(framing("Content-Length:\t7 \t")).toEqual({ kind: "length", bytes: 7 });
  expect(framing(`Content-Length: ${"0".repeat(40)}2`)).toEqual({ kind: "length", bytes: 2 });
  expect(framing("Content-Length: 9007199254740991")).toEqual({
    kind: "length",
    bytes: 2 ** 53 - 1,
  });
  expect(framing("Transfer-Encoding: chunked")).toEqual(CHUNKED);
  expect(framing("TRANSFER-ENCODING:CHUNKED")).toEqual(CHUNKED);
  expect(framing("Transfer-Encoding: gzip, chunked")).toEqual(CHUNKED);
  expect(framing("Transfer-Encoding: gzip", "Transfer-Encoding: chunked")).toEqual(CHUNKED);
  expect(framing("Transfer-Encoding: chunked, gzip")).toEqual(UNTIL_CLOSE);
  expect(framing("Transfer-Encoding: chunked", "Transfer-Encoding: gzip")).toEqual(UNTIL_CLOSE);
  expect(framing("Transfer-Encoding: identity")).toEqual(UNTIL_CLOSE);
  expect(framing("Transfer-Encoding: xchunked")).toEqual(UNTIL_CLOSE);
});

it.each(["", "+2", "-1", "0x2", "2.0", "2 2", "2, 2", "two", "9007199254740992", "9".repeat(400)])(
  "parseHead() refuses the Content-Length %j",
  (length) => {
    expect(framing(`Content-Length: ${length}`)).toBe(
      `malformed response: its Content-Length is ${quoted(length)}`,
    );
  },
);

it("parseHead() refuses framings that two readers may understand in two ways", () => {
  expect(framing("Content-Length: 2", "Content-Length: 2")).toMatch(/Content-Length is "2, 2"$/u);
  expect(framing("Content-Length: 2", "Content-Length: 3")).toMatch(/Content-Length is "2, 3"$/u);
  expect(framing("Content-Length: 2", "Transfer-Encoding: chunked")).toMatch(/has both/u);
  expect(framing("Transfer-Encoding: identity", "Content-Length: 2")).toMatch(/has both/u);
  expect(framing("Transfer-Encoding: \t")).toMatch(/its Transfer-Encoding is empty$/u);
  expect(framing("Transfer-Encoding: chunked", "Transfer-Encoding:")).toMatch(/is empty$/u);
});

it.each([100, 101, 199, 204, 304])("parseHead() knows that %i has no body", (status) => {
  const parse = (...lines: readonly string[]): unknown =>
    parseHead([`HTTP/1.1 ${String(status)}`, ...lines].join("\r\n")).framing;
  expect(parse("Content-Length: 5")).toEqual({ kind: "none" });
  expect(parse("Transfer-Encoding: chunked")).toEqual({ kind: "none" });
  expect(parse()).toEqual({ kind: "none" });
  expect(() => parse("Content-Length: x")).toThrow(TransportError);
});

it("parseHead() tells whether the connection may be used again", () => {
  const isPersistent = (...lines: readonly string[]): boolean => {
    return parseHead(lines.join("\r\n")).isPersistent;
  };
  expect(isPersistent("HTTP/1.1 200", "Content-Length: 0")).toBe(true);
  expect(isPersistent("HTTP/1.1 200", "Transfer-Encoding: chunked")).toBe(true);
  expect(isPersistent("HTTP/1.1 204")).toBe(true);
  expect(isPersistent("HTTP/1.1 200")).toBe(false);
  expect(isPersistent("HTTP/1.0 200", "Content-Length: 0")).toBe(false);
  expect(isPersistent("HTTP/1.1 204", "Connection: Close")).toBe(false);
  expect(isPersistent("HTTP/1.1 204", "connection: upgrade, close")).toBe(false);
  expect(isPersistent("HTTP/1.1 204", "Connection: keep-alive")).toBe(true);
});

it("parseHead() throws nothing but TransportError, with a message of one short printable line", () => {
  const fragment = fc.oneof(
    fc.constantFrom("HTTP/1.1 200 OK", "\r\n", "\r", "\n", ": ", "Content-Length: 5"),
    fc.constantFrom("Transfer-Encoding: chunked", "Connection: close", " ", "\t", "\u0000"),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
  );
  const text = fc.array(fragment, { maxLength: 12 }).map((fragments) => fragments.join(""));
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        text.map((rest) => head(rest)),
      ),
      (sent) => {
        try {
          expect(parseHead(sent).status).toBeGreaterThanOrEqual(100);
        } catch (error) {
          expect(error).toBeInstanceOf(TransportError);
          const { message } = error as Error;
          expect(message).toMatch(/^malformed response: [^\p{Cc}]+$/u);
          expect(message.length).toBeLessThan(1_000);
        }
      },
    ),
  );
});

it("checkHeaderLine() takes a header and refuses anything else", () => {
  expect(() => {
    checkHeaderLine("x-sum: 1");
  }).not.toThrow();
  expect(() => {
    checkHeaderLine("\u001b[2J");
  }).toThrow(malformed('a header line is "\\u001b[2J"'));
});

it("quoted() shows bytes without anything that could drive a terminal, and cuts them", () => {
  expect(quoted('a"b\\c')).toBe('"a\\"b\\\\c"');
  expect(quoted("\u001b[2J\u0007\u007f\u009b31m\u0085")).toBe(
    '"\\u001b[2J\\u0007\\u007f\\u009b31m\\u0085"',
  );
  expect(quoted("x".repeat(61))).toBe(`"${"x".repeat(60)}…"`);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (codes) => {
      const text = String.fromCharCode(...codes);
      expect(quoted(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/u);
    }),
  );
});
