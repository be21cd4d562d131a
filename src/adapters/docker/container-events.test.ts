import fc from "fast-check";
import { expect, it } from "vitest";
import {
  containerEventReader,
  parseContainerEvent,
  type ContainerEvent,
} from "./container-events.ts";

const ID = "4f1c".repeat(16);

function said(action: string, attributes: object = {}, more: object = {}): string {
  return JSON.stringify({
    ...{ status: action, id: ID, Type: "container", Action: action },
    Actor: { ID, Attributes: { image: "nginx", name: "web", ...attributes } },
    ...{ scope: "local", time: 1_800_000_000, timeNano: 1.8e18 },
    ...more,
  });
}

function heard(chunks: readonly Buffer[]): ContainerEvent[] {
  const events: ContainerEvent[] = [];
  const reader = containerEventReader((event) => events.push(event));
  for (const chunk of chunks) reader.push(chunk);
  return events;
}

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

it("parseContainerEvent() reads what Docker says", () => {
  expect(parseContainerEvent(said("die", { exitCode: "137" }))).toEqual({
    action: "die",
    id: ID,
    name: "web",
    oldName: null,
    exitCode: 137,
    health: null,
    timeNs: 1.8e18,
  });
  expect(parseContainerEvent(said("health_status: unhealthy"))).toMatchObject({
    action: "health_status",
    health: "unhealthy",
  });
  expect(parseContainerEvent(said("rename", { oldName: "/old" }))).toMatchObject({
    oldName: "old",
  });
});

it("parseContainerEvent() reads what podman says", () => {
  expect(parseContainerEvent(said("died", { containerExitCode: "3" }))).toMatchObject({
    action: "die",
    exitCode: 3,
  });
  expect(parseContainerEvent(said("remove"))).toMatchObject({ action: "destroy" });
  expect(parseContainerEvent(said("health_status", { health_status: "healthy" }))).toMatchObject({
    action: "health_status",
    health: "healthy",
  });
});

it.each([
  ["", "nothing"],
  ["null", "no object"],
  ['"die"', "text"],
  ["{", "no JSON"],
  ["[]", "a list"],
  [said("exec_create: ls"), "a command inside"],
  [said("kill", { signal: "9" }), "a signal"],
  [said("constructor"), "a word of JavaScript"],
  [said("start", {}, { Type: "network" }), "a network"],
  ['{"Type":"container","Action":"die"}', "a container without an id"],
  ['{"Type":"container","Action":7,"Actor":{"ID":"x"}}', "a number"],
])("parseContainerEvent() passes over %j: %s", (text) => {
  expect(parseContainerEvent(text)).toBeNull();
});

it("parseContainerEvent() takes what makes no sense for not told", () => {
  const attributes = { name: ["web"], oldName: "o".repeat(300), exitCode: "-1e9" };
  expect(parseContainerEvent(said("die", attributes, { timeNano: "soon" }))).toEqual({
    ...{ action: "die", id: ID, name: "", oldName: null, exitCode: null, health: null },
    timeNs: null,
  });
});

it("containerEventReader() reads the same events wherever the stream is cut, whatever lies between", () => {
  const event = fc
    .record({ action: fc.constantFrom("start", "die", "stop", "oom"), name: fc.string() })
    .map(({ action, name }) => said(action, { name: `ü${name}` }));
  const noise = fc.oneof(
    fc.string().map((text) => text.replaceAll("\n", "")),
    fc.json(),
    fc.constant(said("exec_die", { exitCode: "0" })),
  );
  const line = fc.oneof(event, noise);
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(""));
      const wanted = lines.flatMap((each) => parseContainerEvent(each) ?? []);
      expect(heard(pieces(bytes, cuts))).toEqual(wanted);
    }),
  );
});

it("containerEventReader() passes over whatever bytes come, and goes on at the next line", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.array(fc.nat()), (garbage, cuts) => {
      const end = Buffer.from(`\n${said("die")}\n`);
      const events = heard(pieces(Buffer.concat([garbage, end]), cuts));
      expect(events).toHaveLength(1);
    }),
  );
});

it("containerEventReader() leaves out a line that is too long, and keeps little of it", () => {
  const long = Buffer.alloc(700_000, "x");
  const text = said("start", { label: "y".repeat(500_000) });
  const events = heard([
    ...[Buffer.from('{"a":"'), long, long, Buffer.from(`"}\n${text}\n`)],
    ...[long, long, Buffer.from(`\n${said("die")}\n`)],
  ]);
  expect(events.map(({ action }) => action)).toEqual(["start", "die"]);
});
