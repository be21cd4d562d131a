import { expect, it } from "vitest";
import { containerWorld } from "../../../test/support/container-world.ts";
import { bind, probe, type ProbeOptions } from "../../../test/support/probe.ts";
import { ObservationError } from "../../model/errors.ts";
import { LogContainsAssert } from "./log-contains.ts";

const { kind } = LogContainsAssert;

function printed(lines: readonly string[] | null, isTruncated = false): ProbeOptions {
  const log = lines === null ? null : { lines, isTruncated };
  const { world } = containerWorld(null, () => Promise.resolve(log));
  return { world, target: { container: { engine: "docker", name: "app" } } };
}

it("LogContainsAssert passes and shows the last line that matches", async () => {
  const options = printed(["ready 1", "ready 2", "GET /"]);
  expect(await probe(kind, { pattern: /ready/u }, options)).toEqual({
    verdict: "pass",
    expected: "a line matching /ready/u",
    actual: '"ready 2"',
  });
});

it("LogContainsAssert fails with the last lines when none matches", async () => {
  expect(await probe(kind, { pattern: "ready" }, printed(["a", "b"]))).toEqual({
    verdict: "fail",
    expected: "a line matching /ready/",
    actual: "none in 2 lines",
    details: "a\nb",
  });
});

it("LogContainsAssert fails when nothing was printed", async () => {
  const judgement = await probe(kind, { pattern: "ready" }, printed([]));
  expect(judgement).toMatchObject({ verdict: "fail", actual: "nothing was printed" });
});

it("LogContainsAssert with absent fails with the line that matches", async () => {
  const options = { pattern: /panic/iu, absent: true };
  expect(await probe(kind, options, printed(["PANIC: disk", "bye"]))).toEqual({
    verdict: "fail",
    expected: "no line matching /panic/iu",
    actual: '"PANIC: disk"',
  });
});

it("LogContainsAssert with absent passes when no line matches", async () => {
  const judgement = await probe(kind, { pattern: "panic", absent: true }, printed(["fine"]));
  expect(judgement).toMatchObject({ verdict: "pass", actual: "none in 1 line" });
});

it.each([
  ["panic", true, "error"],
  ["panic", false, "error"],
  ["fine", false, "pass"],
  ["fine", true, "fail"],
])("LogContainsAssert of %s (absent: %s) in a log that was cut is a %s", async (...args) => {
  const [pattern, absent, verdict] = args;
  const judgement = await probe(kind, { pattern, absent }, printed(["fine"], true));
  expect(judgement.verdict).toBe(verdict);
  if (verdict === "error")
    expect(judgement.actual).toBe("none in 1 line; the others were too long");
});

it.each([true, false])(
  "LogContainsAssert fails without a container (absent: %s)",
  async (absent) => {
    const judgement = await probe(kind, { pattern: "x", absent }, printed(null));
    expect(judgement).toMatchObject({ verdict: "fail", actual: "no such container" });
  },
);

it("LogContainsAssert looks at each line afresh with a global pattern", async () => {
  const options = printed(["ready", "ready"]);
  const wanted = { pattern: /^ready/gu, lines: 2 };
  expect(await probe(kind, wanted, options)).toMatchObject({ verdict: "pass" });
});

it("LogContainsAssert asks for 100 lines unless told otherwise", async () => {
  const asked: number[] = [];
  const { world } = containerWorld(null, (_, { lines }) => {
    asked.push(lines);
    return Promise.resolve({ lines: [], isTruncated: false });
  });
  await probe(kind, { pattern: "x", container: "app" }, { world });
  await probe(kind, { pattern: "x", container: "app", lines: 5 }, { world });
  expect(asked).toEqual([100, 5]);
});

it("LogContainsAssert cannot say anything when the engine cannot be asked", async () => {
  const error = new ObservationError("no engine listens");
  const { world } = containerWorld(null, () => Promise.reject(error));
  await expect(probe(kind, { pattern: "x", container: "app" }, { world })).rejects.toBe(error);
});

it("LogContainsAssert takes at most 10,000 lines", () => {
  expect(() => bind(kind, { pattern: "x", container: "app", lines: 10_001 })).toThrow("10000");
});

it("LogContainsAssert claims what must be true in words", () => {
  const options = { pattern: /panic/u, container: "app", absent: true };
  const claim = "the last 100 lines of container app do not match /panic/u";
  expect(kind.claim(bind(kind, options))).toBe(claim);
});
