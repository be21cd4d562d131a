import { expect, it } from "vitest";
import { targetOf, type TargetParts } from "./target.ts";
import { ownUsage, shownUsageScope, type UsageScope } from "./usage-scope.ts";

const NONE: UsageScope = { container: null, engine: null, process: null, command: null };

function own(scope: Partial<UsageScope>, parts: TargetParts): ReturnType<typeof ownUsage> {
  return ownUsage({ ...NONE, ...scope }, targetOf("r", "any", parts));
}

it("ownUsage measures the resource's container or process, otherwise the machine", () => {
  expect(own({}, { container: { engine: "podman", name: "web" } })).toEqual({
    container: "web",
    engine: "podman",
  });
  expect(own({}, { command: ["node", "a.js"] })).toEqual({ command: ["node", "a.js"] });
  expect(own({}, {})).toEqual({});
});

it("ownUsage keeps what is declared", () => {
  expect(own({ process: "nginx" }, { command: ["node"] })).toEqual({});
});

it("ownUsage takes a named container for one of docker, unless something says otherwise", () => {
  expect(own({ container: "db" }, {})).toEqual({ container: "db", engine: "docker" });
  const target = { container: { engine: "podman", name: "web" } } as const;
  expect(own({ container: "db" }, target)).toEqual({ container: "db", engine: "podman" });
});

it("ownUsage prefers a declared process to the resource's container", () => {
  expect(own({ process: "nginx" }, { container: { engine: "docker", name: "web" } })).toEqual({});
});

it("ownUsage refuses two of them", () => {
  expect(() => own({ process: "a", container: "b" }, {})).toThrow("only one of container, process");
});

it("ownUsage does not silently measure the machine for a supervised program", () => {
  expect(() => own({}, { program: "web" })).toThrow("which processes are those of web");
  expect(() => own({}, { unit: "web.service" })).toThrow("those of web.service");
});

it("shownUsageScope names whose use it is", () => {
  expect(shownUsageScope(NONE)).toBe("this machine");
  expect(shownUsageScope({ ...NONE, container: "web" })).toBe("container web");
  expect(shownUsageScope({ ...NONE, process: "nginx" })).toBe("process nginx");
  expect(shownUsageScope({ ...NONE, command: ["/bin/a", "--key=x"] })).toBe("process a");
});
