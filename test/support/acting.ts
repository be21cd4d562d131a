import { setTimeout as sleep } from "node:timers/promises";
import { catalogKinds } from "../../src/app/kinds.ts";
import { planAction, type ActionScope } from "../../src/model/action.ts";
import { targetOf, type TargetParts } from "../../src/model/target.ts";
import type { DeployWorld } from "../../src/ports/deploy-world.ts";

/** Where an action of a test is carried out. */
export interface Acting {
  readonly world: DeployWorld;
  /** What its resource is. */
  readonly target?: TargetParts;
  readonly signal?: AbortSignal;
  readonly remaking?: ActionScope["remaking"];
}

/** Carries out an action of the catalogue with options as people write them; gives what it says it has done. */
export async function act(name: string, options: object, acting: Acting): Promise<string> {
  const kind = await catalogKinds.action(name);
  if (kind === null) throw new Error(`there is no action ${name}`);
  const { planned, problems } = planAction(kind, options);
  if (planned === null) throw new Error(JSON.stringify(problems));
  return await kind.run(planned.parameters, acting.world, {
    resource: "web",
    target: targetOf("web", "host", acting.target ?? {}),
    reason: "it does not answer",
    signal: acting.signal ?? new AbortController().signal,
    remaking: acting.remaking ?? null,
  });
}

/** The error that something ends in. */
export async function errorOf(task: Promise<unknown>): Promise<Error> {
  try {
    await task;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it did not fail");
}

/** Waits until something is so, however slow the machine is. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 50_000;
  while (!(await isSo())) {
    if (Date.now() > deadlineMs) throw new Error("it did not come to be so");
    await sleep(20);
  }
}
