import { expect, it } from "vitest";
import { officeClock, servedProject } from "../../test/support/served-lab.ts";
import { look, subject } from "../../test/support/watch-lab.ts";
import type { Subject } from "../engine/watch/subject.ts";
import type { ServedProject } from "../ports/served.ts";
import { forgetSurvey, freshMs, surveyOf } from "./surveys.ts";

function well(name: string): Subject {
  return subject({ name, look: () => Promise.resolve(look()) });
}

interface Counted {
  readonly project: ServedProject;
  readonly clock: ReturnType<typeof officeClock>;
  readonly asked: () => number;
  readonly replace: (names: readonly string[]) => Promise<void>;
}

async function counted(names: readonly string[]): Promise<Counted> {
  const clock = officeClock();
  const lab = await servedProject("shop", clock, { subjects: names.map(well) });
  let asked = 0;
  const status: ServedProject["control"]["status"] = () => {
    asked += 1;
    return lab.control.status();
  };
  const { control } = lab;
  const project = { ...lab, control: { ...control, status } };
  const replace = (others: readonly string[]): Promise<void> =>
    lab.monitor.replace(others.map(well));
  return { project, clock, asked: () => asked, replace };
}

it("surveyOf() asks once for all who ask at about the same time", async () => {
  const { project, clock, asked } = await counted(["web"]);
  const all = await Promise.all([1, 2, 3].map(() => surveyOf(project, { clock })));
  expect(new Set(all).size).toBe(1);
  await clock.advance(99);
  expect(await surveyOf(project, { clock })).toBe(all[0]);
  await clock.advance(2);
  expect(await surveyOf(project, { clock })).not.toBe(all[0]);
  expect(asked()).toBe(2);
});

it("surveyOf() asks again once something was changed", async () => {
  const { project, clock, asked } = await counted(["web"]);
  const before = surveyOf(project, { clock });
  forgetSurvey(project);
  expect(await surveyOf(project, { clock })).not.toBe(await before);
  expect(asked()).toBe(2);
});

it("surveyOf() has resources in the order of their names, whatever becomes of them", async () => {
  const { project, clock, replace } = await counted(["b", "a", "C", "b.1"]);
  const names = async (): Promise<readonly string[]> => {
    await clock.advance(200);
    const { inOrder, byName } = await surveyOf(project, { clock });
    expect([...byName.keys()]).toEqual(inOrder.map(({ resource }) => resource));
    return [...byName.keys()];
  };
  expect(await names()).toEqual(["C", "a", "b", "b.1"]);
  expect(await names()).toEqual(["C", "a", "b", "b.1"]);
  await replace(["b", "d", "0"]);
  expect(await names()).toEqual(["0", "b", "d"]);
});

it("surveyOf() tries again after a failure", async () => {
  const { project, clock } = await counted(["web"]);
  let isBroken = true;
  const { control } = project;
  const status: typeof control.status = () =>
    isBroken ? Promise.reject(new Error("disk")) : control.status();
  const broken = { ...project, control: { ...control, status } };
  await expect(surveyOf(broken, { clock })).rejects.toThrow("disk");
  isBroken = false;
  expect((await surveyOf(broken, { clock })).byName.size).toBe(1);
});

it.each([
  [0, 100],
  [10, 100],
  [30, 300],
  [9_000, 5_000],
])("freshMs() of what took %d ms is %d ms", (tookMs, expected) => {
  expect(freshMs(tookMs)).toBe(expected);
});
