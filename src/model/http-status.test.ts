import { expect, it } from "vitest";
import {
  describeStatus,
  expectedStatus,
  expectsRedirect,
  isExpectedStatus,
  shownExpectedStatus,
  type ExpectedStatus,
} from "./http-status.ts";

it.each([200, 100, 599, "2xx", [200], ["2xx", 404, "3xx"]])(
  "expectedStatus() reads %j",
  (value) => {
    expect(expectedStatus().read(value)).toEqual(value);
  },
);

it.each([99, 600, 200.5, "200", "6xx", "2XX", [], [99], null, {}, Array(101).fill(200)])(
  "expectedStatus() refuses %j",
  (value) => {
    expect(() => expectedStatus().read(value)).toThrow("must be");
  },
);

it.each<[ExpectedStatus | readonly ExpectedStatus[], boolean[]]>([
  [200, [true, false, false, false]],
  ["2xx", [true, true, false, false]],
  [
    [204, "3xx"],
    [false, true, true, false],
  ],
  ["5xx", [false, false, false, true]],
])("isExpectedStatus() knows which of 200, 204, 301 and 503 are %j", (expected, known) => {
  const statuses = [200, 204, 301, 503];
  expect(statuses.map((status) => isExpectedStatus(status, expected))).toEqual(known);
});

it.each<[ExpectedStatus | readonly ExpectedStatus[], boolean, string]>([
  [200, false, "200"],
  [299, false, "299"],
  [300, true, "300"],
  [399, true, "399"],
  [400, false, "400"],
  ["3xx", true, "3xx"],
  ["2xx", false, "2xx"],
  [["2xx", 301], true, "2xx or 301"],
  [[200, 204, "4xx"], false, "200, 204 or 4xx"],
])("expectsRedirect() of %j is %j, and it is written %s", (expected, expects, shown) => {
  expect(expectsRedirect(expected)).toBe(expects);
  expect(shownExpectedStatus(expected)).toBe(shown);
});

it("describeStatus() says what a status means, where that is registered", () => {
  expect([503, 299].map(describeStatus)).toEqual(["503 Service Unavailable", "299"]);
});
