import fc from "fast-check";
import { expect, it } from "vitest";
import {
  selectProcesses,
  shownCriteria,
  type ProcessCriteria,
  type SelectableProcess,
} from "./process-selection.ts";

const NONE: ProcessCriteria = { name: null, pattern: null, command: null };

function running(name: string, ...command: readonly string[]): SelectableProcess {
  return { name, command, isZombie: false };
}

function isSelected(process: SelectableProcess, criteria: Partial<ProcessCriteria>): boolean {
  return selectProcesses([process], { ...NONE, ...criteria }).running.length === 1;
}

it.each([
  ["the kernel's name", running("nginx", "nginx: master process"), "nginx"],
  ["the program's file name", running("python3", "/usr/bin/celery", "worker"), "celery"],
  ["a thread of the kernel", running("kworker/0:0"), "kworker/0:0"],
  ["a name that the kernel cut", running("a-very-long-pro", "x"), "a-very-long-program"],
  ["a name cut within a character", running("a-very-long-n\uFFFD", "x"), "a-very-long-n€x"],
  ["a script by its direct name", running("backup.sh", "/bin/sh", "./backup.sh"), "backup.sh"],
] as const)("selectProcesses finds %s", (_, process, name) => {
  expect(isSelected(process, { name })).toBe(true);
});

it.each([
  ["a beginning of a name", running("nginx-debug", "nginx-debug"), "nginx"],
  ["an argument", running("vim", "vim", "nginx"), "nginx"],
  ["another case", running("Nginx", "Nginx"), "nginx"],
  [
    "another long name that begins alike",
    running("a-very-long-pro", "/bin/a-very-long-process"),
    "a-very-long-program",
  ],
] as const)("selectProcesses does not take %s for a name", (_, process, name) => {
  expect(isSelected(process, { name })).toBe(false);
});

it("selectProcesses searches a pattern in the whole command line", () => {
  const pattern = { source: "node .*server\\.js$", flags: "" };
  expect(isSelected(running("node", "node", "/srv/server.js"), { pattern })).toBe(true);
  expect(isSelected(running("node", "node", "/srv/server.js", "-v"), { pattern })).toBe(false);
  expect(isSelected(running("node server.js"), { pattern })).toBe(false);
});

it("selectProcesses needs everything that is said to hold", () => {
  const criteria = { name: "java", pattern: { source: "kafka", flags: "" } };
  expect(isSelected(running("java", "java", "-jar", "kafka.jar"), criteria)).toBe(true);
  expect(isSelected(running("java", "java", "-jar", "other.jar"), criteria)).toBe(false);
  expect(isSelected(running("vim", "vim", "kafka.jar"), criteria)).toBe(false);
});

it.each([
  ["the same words", running("node", "node", "a.js"), ["node", "a.js"], true],
  ["one word more", running("node", "node", "a.js", "-v"), ["node", "a.js"], false],
  ["one word less", running("node", "node"), ["node", "a.js"], false],
  ["words split otherwise", running("node", "node a.js"), ["node", "a.js"], false],
  ["a script's interpreter first", running("a.sh", "/bin/sh", "-e", "./a.sh"), ["./a.sh"], true],
  ["a script found in PATH", running("serve", "/bin/sh", "/bin/serve", "1"), ["serve", "1"], true],
  ["a script with other arguments", running("serve", "sh", "/bin/serve"), ["serve", "1"], false],
  ["another script of that name", running("a.sh", "/bin/sh", "/b/a.sh"), ["./a.sh"], false],
  ["an editor of the script", running("vim", "vim", "./a.sh"), ["./a.sh"], false],
] as const)("selectProcesses by command: %s", (_, process, command, expected) => {
  expect(isSelected(process, { command })).toBe(expected);
});

it("selectProcesses keeps zombies apart", () => {
  const zombie = { ...running("nginx"), isZombie: true };
  const alive = running("nginx", "nginx");
  const selected = selectProcesses([zombie, alive], { ...NONE, name: "nginx" });
  expect(selected).toEqual({ running: [alive], zombies: [zombie] });
});

it("selectProcesses finds nothing when nothing is said", () => {
  expect(selectProcesses([running("a", "a")], NONE)).toEqual({ running: [], zombies: [] });
});

it("selectProcesses finds every program by its own name, however the kernel cut it", () => {
  const cut = (name: string): string =>
    new TextDecoder().decode(new TextEncoder().encode(name).subarray(0, 15));
  const fileName = fc.string({ unit: "grapheme", minLength: 1 }).filter((name) => {
    return !name.includes("/") && !name.includes("\uFFFD");
  });
  fc.assert(
    fc.property(fileName, (name) => {
      expect(isSelected(running(cut(name)), { name })).toBe(true);
    }),
  );
});

it("shownCriteria names the program, never its arguments", () => {
  expect(shownCriteria({ ...NONE, name: "nginx" })).toBe("nginx");
  expect(shownCriteria({ ...NONE, command: ["/usr/bin/psql", "password=x"] })).toBe("psql");
  const pattern = { source: "a|b", flags: "i" };
  expect(shownCriteria({ ...NONE, name: "node", pattern })).toBe("node matching /a|b/i");
  expect(shownCriteria({ ...NONE, pattern })).toBe("process matching /a|b/i");
});
