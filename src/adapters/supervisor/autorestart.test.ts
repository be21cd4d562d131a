import fc from "fast-check";
import { expect, it } from "vitest";
import { autorestartsIn } from "./autorestart.ts";
import { parseIni } from "./ini.ts";

const INIS = [
  parseIni(`
[program:web]
autorestart=false
[program:api]
command=/bin/api
[program:mailer]
autorestart=true
[group:workers]
programs=mailer, cleaner
`),
  parseIni("[program:cleaner]\nautorestart=unexpected ; as it is by default\n"),
];

it.each([
  [["web"], [["web", "false", true]]],
  [["api"], [["api", "unexpected", false]]],
  [["workers:mailer"], [["mailer", "true", true]]],
  [
    ["workers:*", "workers:mailer"],
    [
      ["mailer", "true", true],
      ["cleaner", "unexpected", true],
    ],
  ],
  [["api:api_00"], [["api", "unexpected", false]]],
  [["nobody", "workers2:*"], []],
])("autorestartsIn() finds the sections of %j", (programs, expected) => {
  expect(
    autorestartsIn(INIS, programs).map(({ program, autorestart, isGiven }) => [
      program,
      autorestart,
      isGiven,
    ]),
  ).toEqual(expected);
});

it("autorestartsIn() takes any configuration and any names", () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (text, names) => {
      const found = autorestartsIn([parseIni(`[program:a]\n${text}`)], [...names, "a"]);
      expect(found.map(({ program }) => program)).toContain("a");
    }),
  );
});
