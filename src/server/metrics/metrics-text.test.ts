import fc from "fast-check";
import { expect, test } from "vitest";
import { byLabel, readExposition, scrape } from "../../../test/support/exposition.ts";
import { meteredProject } from "../../../test/support/metrics-lab.ts";
import { asking, officeClock, servedOf } from "../../../test/support/served-lab.ts";
import { look, subject } from "../../../test/support/watch-lab.ts";
import { metricsText } from "./metrics-text.ts";

test("projects of the same name have series of their own", async () => {
  const clock = officeClock();
  const web = subject({ name: "web", look: () => Promise.resolve(look({ at: clock.now() })) });
  const projects = [
    await meteredProject(clock, { subjects: [web] }),
    await meteredProject(clock, { subjects: [web] }),
  ];
  await clock.advance(60_000);
  expect(byLabel(await scrape(projects, clock), "clockwork_check_success", "project")).toEqual({
    shop: 1,
    "shop 2": 1,
  });
});

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "\\",
      '"',
      "\n",
      "\r",
      "{",
      "}",
      ",",
      "=",
      " ",
      "#",
      "é",
      "\u0000",
      "\ud800",
      "\u2028",
    ),
  }),
);

test("whatever names hold, metrics are read back as they are", async () => {
  const names = fc.uniqueArray(hostile, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(names, hostile, hostile, async (resources, kind, assertion) => {
      const clock = officeClock();
      const project = await meteredProject(clock, {
        name: kind,
        subjects: resources.map((name) =>
          subject({ name, look: () => Promise.resolve(look({ at: clock.now() })) }),
        ),
        kinds: Object.fromEntries(resources.map((name) => [name, kind])),
        claims: Object.fromEntries(
          resources.map((name) => [
            name,
            [
              { name: assertion, claim: "1" },
              { name: assertion, claim: "2" },
            ],
          ]),
        ),
      });
      await clock.advance(60_000);
      const exposed = await scrape([project], clock);
      const samples = exposed.get("clockwork_assertion_success")?.samples ?? [];
      const read = new Set(samples.map(({ labels }) => labels["resource"]));
      expect(samples).toHaveLength(2 * resources.length);
      expect(read.size).toBe(resources.length);
      for (const name of resources) if (name.isWellFormed()) expect(read).toContain(name);
    }),
    { numRuns: 15 },
  );
});

test("10,000 resources come in slices, none of which is long", async () => {
  const clock = officeClock();
  const project = await meteredProject(clock, {
    subjects: Array.from({ length: 10_000 }, (_, index) =>
      subject({
        name: `resource-${String(index)}`,
        look: () => Promise.resolve(look({ at: clock.now() })),
      }),
    ),
  });
  const lengths: number[] = [];
  for await (const piece of await metricsText({ served: servedOf([project], clock), clock })) {
    lengths.push(piece.length);
  }
  expect(lengths.length).toBeGreaterThan(50);
  expect(Math.max(...lengths)).toBeLessThan(150_000);
});

test("/api/metrics answers in the text format, as its route says", async () => {
  const clock = officeClock();
  const project = await meteredProject(clock, { subjects: [] });
  const { status, text } = await asking(servedOf([project], clock), clock)("metrics");
  expect(status).toBe(200);
  expect(readExposition(text).has("clockwork_incidents_open")).toBe(true);
});
