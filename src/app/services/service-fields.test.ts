import { expect, it } from "vitest";
import { parseJson, type JsonNode } from "./json-source.ts";
import { expectedStatusOf, nameOf, timeoutOf, urlOf, type Complain } from "./service-fields.ts";

type Check = (node: JsonNode, complain: Complain) => string | number | null;

/** What a check makes of a JSON text: a value, or why there is none. */
function read(check: Check, json: string): unknown {
  let got: unknown = null;
  parseJson(`[${json}]`, (node) => {
    const complaints: unknown[] = [];
    const value = check(node, (...complaint) => {
      complaints.push(complaint);
      return null;
    });
    expect(value === null).toBe(complaints.length === 1);
    got = value ?? complaints[0];
  });
  return got;
}

it.each(["a", "Ünïcode 😀", " a b ", "x".repeat(255), "user:x@y"])("nameOf() takes %j", (name) => {
  expect(read(nameOf, JSON.stringify(name))).toBe(name);
});

it.each([
  ['""', "field-range", 'name must be a non-empty string: got ""'],
  ['" \\u00a0 "', "field-range", 'name must be a non-empty string: got " \u00a0 "'],
  [`"${"x".repeat(256)}"`, "field-range", "name must be at most 255 characters long: got 256"],
  ['"a\\u0007"', "field-range", String.raw`name must not hold control characters: got "a\u0007"`],
  ['"a\\nb"', "field-range", String.raw`name must not hold control characters: got "a\nb"`],
  ['"\\u2028b"', "field-range", String.raw`name must not hold control characters: got "\u2028b"`],
  ['"\\ud83d"', "field-range", String.raw`name must not hold control characters: got "\ud83d"`],
  ["1e3", "field-type", "name must be a string: got 1000"],
  ["null", "field-type", "name must be a string: got null"],
  ['["a"]', "field-type", "name must be a string: got a list"],
  ['{"a":1}', "field-type", "name must be a string: got an object"],
])("nameOf() refuses %s", (json, ...complaint) => {
  expect(read(nameOf, json)).toEqual(complaint);
});

it.each([
  "http://localhost:8080/health",
  "https://user:pass@example.com/a?b=c@d#e",
  "HTTP://EXAMPLE.COM",
  "http://[::1]:80/",
  "http://127.0.0.1:65535",
  "http://bücher.example/é",
  "http://h/a:99999",
])("urlOf() takes %s as it is written", (url) => {
  expect(read(urlOf, JSON.stringify(url))).toBe(url);
});

it.each([
  ["localhost:8080/x", "url-unsupported", "did you mean http://localhost:8080/x?"],
  ["example.com/x?y=1", "url-invalid", "did you mean http://example.com/x?y=1?"],
  ["127.0.0.1:80", "url-invalid", "did you mean http://127.0.0.1:80?"],
  ["[::1]:80", "url-invalid", "did you mean http://[::1]:80?"],
  ["//example.com/x", "url-invalid", "did you mean http://example.com/x?"],
  ["https:example.com", "url-invalid", "did you mean https://example.com?"],
  ["https:/example.com", "url-invalid", "did you mean https://example.com?"],
  ["http:///example.com", "url-invalid", "did you mean http://example.com?"],
  ["https//example.com", "url-invalid", "did you mean https://example.com?"],
  ["http:\\\\example.com", "url-invalid", "did you mean http://example.com?"],
  ["htp://example.com", "url-unsupported", "did you mean http://example.com?"],
  ["hhtps://example.com", "url-unsupported", "did you mean https://example.com?"],
  ["ftp://example.com", "url-unsupported", "only http: and https: can be checked"],
  ["file:///etc/hosts", "url-unsupported", "only http: and https: can be checked"],
  ["mailto:me@example.com", "url-unsupported", "only http: and https: can be checked"],
  ["/health", "url-invalid", "write it in full, such as http://localhost:8080/health"],
  ["http://", "url-invalid", "write it in full, such as http://localhost:8080/health"],
  ["", "url-invalid", "write it in full, such as http://localhost:8080/health"],
])("urlOf() refuses %j as %s, with the hint: %s", (url, code, hint) => {
  expect(read(urlOf, JSON.stringify(url))).toEqual([
    code,
    expect.stringContaining("url must"),
    hint,
  ]);
});

it.each([
  [" http://h", "remove what stands around the URL"],
  ["http://h\n", "remove what stands around the URL"],
  ["http://h/a b", "write a space within a URL as %20"],
  ["http://h/\u0000", "write a space within a URL as %20"],
  ["http://h/a\tb", "write a space within a URL as %20"],
])("urlOf() refuses spaces and controls: %j", (url, hint) => {
  const message = `url must not hold spaces or control characters: got ${JSON.stringify(url)}`;
  expect(read(urlOf, JSON.stringify(url))).toEqual(["url-invalid", message, hint]);
});

it.each(["http://h:0/", "http://h:65536", "http://[::1]:70000/x"])("urlOf() refuses %s", (url) => {
  const message = `url must have a port from 1 to 65535: got "${url}"`;
  expect(read(urlOf, JSON.stringify(url))).toEqual(["url-invalid", message]);
});

it.each(["http://[::1", "http://256.1.1.1", "http://h:x/", "http://a^b"])(
  "urlOf() refuses the host of %s",
  (url) => {
    expect(read(urlOf, JSON.stringify(url))).toEqual([
      "url-invalid",
      `url must be an absolute http: or https: URL: got "${url}"`,
      "the host must be a name or an address, with IPv6 in square brackets",
    ]);
  },
);

it("urlOf() never repeats a password", () => {
  const urls = ["http://u:hunter2@h:x/", "htp://u:hunter2@h", "u:hunter2@h", "http://u:hunter2@h "];
  for (const url of [...urls, "http://u:h/hunter2@h", "http://u:hunter2@h:0", "//u:hunter2@h"]) {
    const complaint = read(urlOf, JSON.stringify(url));
    expect(complaint).toEqual(expect.arrayContaining([expect.stringContaining("***@h")]));
    expect(JSON.stringify(complaint)).not.toContain("hunter2");
  }
});

it.each(["42", "null", "[]"])("urlOf() refuses %s as no string", (json) => {
  expect(read(urlOf, json)).toEqual([
    "field-type",
    expect.stringMatching(/^url must be a string: got (42|null|a list)$/u),
  ]);
});

it.each(["100", "200", "599", "2e2", "404.0"])("expectedStatusOf() takes %s", (json) => {
  expect(read(expectedStatusOf, json)).toBe(Number(json));
});

it.each([
  ["99", "field-range", "got 99", undefined],
  ["600", "field-range", "got 600", undefined],
  ["200.5", "field-range", "got 200.5", undefined],
  ["-200", "field-range", "got -200", undefined],
  ['"200"', "field-type", 'got "200"', "write 200"],
  ['"2xx"', "field-type", 'got "2xx"', undefined],
  ["true", "field-type", "got true", undefined],
  ["[200]", "field-type", "got a list", undefined],
  ["null", "field-type", "got null", "leave the field out to get its default"],
])("expectedStatusOf() refuses %s", (json, code, got, hint) => {
  const message = `expected_status must be a whole number from 100 to 599: ${got}`;
  const complaint = code === "field-range" ? [code, message] : [code, message, hint];
  expect(read(expectedStatusOf, json)).toEqual(complaint);
});

it.each([
  ["5", 5],
  ["0.001", 0.001],
  ["86400", 86_400],
  ['"500ms"', 0.5],
  ['"1m30s"', 90],
  ['"24h"', 86_400],
])("timeoutOf() takes %s as %d seconds", (json, expected) => {
  expect(read(timeoutOf, json)).toBe(expected);
});

it.each([
  ["-1", "field-range", "timeout must be a positive number of seconds: got -1"],
  ["0", "field-range", "timeout must be a positive number of seconds: got 0"],
  ['"0s"', "field-range", 'timeout must be a positive number of seconds: got "0s"'],
])("timeoutOf() refuses %s", (json, ...complaint) => {
  expect(read(timeoutOf, json)).toEqual(complaint);
});

it.each([
  ["86401", "86401", 'for milliseconds, write text such as "500ms"'],
  ["1e999", "Infinity", 'for milliseconds, write text such as "500ms"'],
  ['"25h"', '"25h"', undefined],
])("timeoutOf() refuses %s as too long", (json, got, hint) => {
  const message = `timeout must be at most 86400 seconds (24 h): got ${got}`;
  expect(read(timeoutOf, json)).toEqual(["field-range", message, hint]);
});

it.each([
  ['"-5s"', '"-5s"', undefined],
  ['"soon"', '"soon"', undefined],
  ["{}", "an object", undefined],
  ["false", "false", undefined],
  ["null", "null", "leave the field out to get its default"],
])("timeoutOf() refuses %s as no duration", (json, got, hint) => {
  const message = `timeout must be a number of seconds, or text such as "500ms": got ${got}`;
  expect(read(timeoutOf, json)).toEqual(["field-type", message, hint]);
});
