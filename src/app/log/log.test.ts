import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testFolder, type TestFolder } from "../../../test/support/folder.ts";
import { openLog, type LogSettings, type OpenLog } from "./log.ts";
import { serverLog } from "./server-log.ts";

const NOW = Date.UTC(2026, 10, 29, 22, 0, 0);
const TIME = "2026-11-29T22:00:00.000Z";

let folder: TestFolder;
let shown: string[];
beforeEach(() => {
  folder = testFolder();
  shown = [];
});
afterEach(() => {
  folder[Symbol.dispose]();
});

const settings = (own: Partial<LogSettings> = {}): LogSettings => ({
  level: "info",
  file: join(folder.path, "clockwork.log"),
  maxBytes: 10_000,
  keep: 2,
  ...own,
});

function logWith(own: Partial<LogSettings> = {}, hasColor = false): OpenLog {
  return openLog({
    settings: settings(own),
    terminal: { write: (text) => shown.push(text), hasColor },
    clock: { now: () => NOW },
  });
}

const lines = (name = "clockwork.log"): unknown[] =>
  readFileSync(join(folder.path, name), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);

describe("openLog()", () => {
  it("writes readable lines to the terminal, and JSON to the file", () => {
    const log = logWith().with({ project: "shop" });
    log.warn("is unhealthy", { resource: "web", attempts: 2, reason: "no answer" });
    log.info("two\nlines");
    expect(shown).toEqual([
      `${TIME} warn  shop/web: is unhealthy attempts=2 reason="no answer"\n`,
      `${TIME} info  shop: two\\nlines\n`,
    ]);
    expect(lines()).toEqual([
      {
        ...{ time: TIME, level: "warn", message: "is unhealthy", project: "shop" },
        ...{ resource: "web", attempts: 2, reason: "no answer" },
      },
      { time: TIME, level: "info", message: "two\nlines", project: "shop" },
    ]);
  });

  it("notes in the file alone what people are told otherwise, at its level", () => {
    const log = logWith({ level: "warn" });
    log.note("warn", "settings of http://a:secret@host/ are wrong");
    log.note("info", "serving");
    expect(shown).toEqual([]);
    expect(lines()).toEqual([
      { time: TIME, level: "warn", message: expect.not.stringContaining("secret") as string },
    ]);
  });

  it("begins every line of JSON with time, level and message, and lets no fact take their place", () => {
    logWith().error("x", { time: 1, level: "y", message: "z", __proto__: null });
    const [line = ""] = readFileSync(join(folder.path, "clockwork.log"), "utf8").split("\n");
    expect(line).toBe(
      `{"time":"${TIME}","level":"error","message":"x","field_time":1,"field_level":"y","field_message":"z"}`,
    );
  });

  it("leaves out what matters less, until it is told otherwise", () => {
    const log = logWith({ level: "warn", file: null });
    const own = log.with({});
    own.info("one");
    expect([own.isWritten("info"), own.isWritten("warn")]).toEqual([false, true]);
    log.change(settings({ level: "debug" }));
    own.debug("two");
    expect(shown).toHaveLength(1);
    expect(lines()).toMatchObject([{ level: "debug", message: "two" }]);
  });

  it("paints only where colour is welcome", () => {
    logWith({}, true).error("broken");
    expect(shown.join("")).toContain("\u001b[31merror\u001b[0m");
    expect(readFileSync(join(folder.path, "clockwork.log"), "utf8")).not.toContain("\u001b");
  });

  it("rotates by size", () => {
    const log = logWith({ maxBytes: 100, keep: 2 });
    for (let count = 0; count < 5; count += 1) log.info(String(count).repeat(40));
    expect(readdirSync(folder.path).sort()).toEqual([
      "clockwork.log",
      "clockwork.log.1",
      "clockwork.log.2",
    ]);
    expect(lines()).toMatchObject([{ message: "4".repeat(40) }]);
    expect(lines("clockwork.log.2")).toMatchObject([{ message: "2".repeat(40) }]);
  });

  it("tells once that the file cannot be written, goes on, and writes again once it can", () => {
    const log = logWith({ file: join(folder.path, "logs", "a.log") });
    log.info("one");
    log.info("two");
    expect(shown.map((line) => line.slice(TIME.length + 1))).toEqual([
      "info  one\n",
      expect.stringMatching(/^error the log file cannot be written: ENOENT.*\n$/u),
      "info  two\n",
    ]);
    mkdirSync(join(folder.path, "logs"));
    log.info("three");
    expect(lines("logs/a.log")).toMatchObject([{ message: "three" }]);
  });

  it("tells whoever asked when there is no terminal, also of a disk that is full", () => {
    const told: string[] = [];
    const log = openLog({
      settings: settings({ file: "/dev/full" }),
      terminal: null,
      clock: { now: () => NOW },
      onFailure: (text) => told.push(text),
    });
    for (const word of ["one", "two"]) log.info(word);
    expect(told).toEqual([expect.stringMatching(/ENOSPC/u)]);
  });

  it("holds no secret, in whatever a fact is called or holds", () => {
    const cause = new Error("connect postgres://ann:s3cret@db/shop");
    logWith().error("GET http://ann:s3cret@x/", {
      authorization: "Bearer s3cret",
      headers: { Cookie: "a=s3cret", accept: "text/html", "x-api-key": ["s3cret"] },
      error: new TypeError("no", { cause }),
      DB_PASSWORD: "s3cret",
      url: "/probe?token=s3cret&module=web",
    });
    expect(shown.join("") + JSON.stringify(lines())).not.toContain("s3cret");
    expect(lines()).toMatchObject([
      {
        headers: { Cookie: "***", accept: "text/html" },
        error: {
          name: "TypeError",
          message: "no",
          cause: { message: "connect postgres://***@db/shop" },
        },
      },
    ]);
    expect(shown.join("")).not.toContain("stack");
  });

  it("never throws, and writes one line of JSON for each entry", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    const worst = fc.constantFrom<unknown>(
      ...[loop, () => 1, Symbol("x"), 10n, new Date(NaN), new Map(), NaN, Object.create(null)],
    );
    const log = logWith({ maxBytes: 10_000_000 });
    let count = 0;
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.dictionary(fc.string(), fc.oneof(fc.anything(), worst)),
        (message, fields) => {
          log.info(message, fields);
          count += 1;
          expect(shown.at(-1)).toMatch(/^[^\n]*\n$/u);
        },
      ),
      { numRuns: 200 },
    );
    expect(lines()).toHaveLength(count);
  });

  it("survives facts that cannot be read", () => {
    const log = logWith();
    log.info("one", {
      get bad(): string {
        throw new Error("no");
      },
    });
    log.info("two");
    expect(lines()).toMatchObject([{ message: "two" }]);
  });
});

describe("serverLog()", () => {
  const answer = {
    who: "CN=ann",
    from: "10.0.0.7",
    method: "GET",
    url: "/api/status",
    durationMs: 1.23456,
  };

  it.each([
    ["GET", 200, "debug"],
    ["GET", 404, "debug"],
    ["GET", 401, "info"],
    ["GET", 403, "info"],
    ["POST", 202, "info"],
    ["DELETE", 400, "info"],
    ["GET", 503, "debug"],
    ["GET", 500, "warn"],
    ["POST", 500, "warn"],
  ])("writes %s with %i at %s", (method, status, level) => {
    serverLog(logWith({ level: "debug" })).onAnswer({ ...answer, method, status });
    expect(lines()).toEqual([
      {
        ...{ time: TIME, level, message: `${method} /api/status ${String(status)}` },
        ...{ who: "CN=ann", from: "10.0.0.7", method, url: "/api/status", status },
        durationMs: 1.235,
      },
    ]);
  });

  it("writes a bug with its stack, and what it was about", () => {
    serverLog(logWith()).onError(new RangeError("no"), "GET /api/status?token=s3cret");
    expect(lines()).toMatchObject([
      {
        level: "error",
        message: "GET /api/status?token=*** no",
        error: { name: "RangeError", stack: expect.stringContaining("log.test.ts") as string },
      },
    ]);
    serverLog(logWith()).onError("text", "serving");
    expect(lines()).toMatchObject([{}, { message: "serving: text", error: "text" }]);
  });
});
