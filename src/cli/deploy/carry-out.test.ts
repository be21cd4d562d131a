import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { changeOf, outcomeOf, planOf, resultOf } from "../../../test/support/deployments.ts";
import { testOutput } from "../../../test/support/terminal.ts";
import type { ApplyOptions, ApplyOutcome } from "../../app/deploy/deployment.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { carryOut, type CarryArguments } from "./carry-out.ts";
import { yesOrNo } from "./confirm.ts";

const PLAN = planOf([changeOf()]);
const TERMINAL = { columns: 80, rows: 24 };

type Begin = (options: ApplyOptions & { readonly signal: AbortSignal }) => Promise<ApplyOutcome>;

interface Setting {
  readonly args?: Partial<CarryArguments>;
  /** What is typed on a terminal; nobody is there when there is none. */
  readonly typed?: string;
  readonly signal?: AbortSignal;
}

/** Deploys one resource, if somebody agrees. */
const deploys: Begin = async ({ confirm, onEvent }) => {
  if ((await confirm?.(PLAN)) === false) {
    return outcomeOf({ status: "declined", version: null, plan: PLAN });
  }
  onEvent?.({ type: "started", resource: "web", action: "create" });
  onEvent?.({ type: "ended", result: resultOf() });
  return outcomeOf({ plan: PLAN, results: [resultOf()] });
};

async function run(
  begin: Begin,
  { args, typed, signal = new AbortController().signal }: Setting = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const stdout = testOutput();
  const stderr = testOutput(typed === undefined ? null : TERMINAL);
  const stdin = Object.assign(Readable.from(typed === undefined ? [] : [typed]), {
    isTTY: typed !== undefined,
  });
  const code = await carryOut(
    { command: "clockwork apply", question: () => yesOrNo("Apply?"), carryOut: begin },
    { format: "pretty", ...args },
    { stdin, stdout, stderr, signal, exit: () => undefined },
  );
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

it("carryOut() shows the plan and the result on stdout, and progress on stderr", async () => {
  const { code, stdout, stderr } = await run(deploys, { args: { yes: true } });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^shop: what apply does\n\n {2}\+ web .*\n\nPlan: 1 to create\.\n\n/u);
  expect(stdout).toMatch(/\nDeployed as version 4 in \d+ms: 1 created\.\n$/u);
  expect(stderr).toBe("web: creating\nweb: created in 2.1s\n");
});

it("carryOut() asks whoever is there", async () => {
  const agreed = await run(deploys, { typed: "y\n" });
  expect(agreed.code).toBe(0);
  expect(agreed.stderr).toContain("Apply? [y/N] ");
  const declined = await run(deploys, { typed: "n\n" });
  expect(declined.code).toBe(3);
  expect(declined.stdout).toMatch(/Plan: 1 to create\.\nNothing was changed\.\n$/u);
});

it("carryOut() changes nothing where nobody can be asked", async () => {
  const { code, stdout, stderr } = await run(deploys);
  expect(code).toBe(3);
  expect(stdout).toMatch(/Plan: 1 to create\.\n$/u);
  expect(stderr).toContain("(confirmation-needed)\n  hint: run it with --yes");
  expect(stderr).toMatch(/Nothing was changed\.\n$/u);
});

it("carryOut() prints one JSON document, whether it was carried out or not", async () => {
  const done = await run(deploys, { args: { format: "json", yes: true } });
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({
    status: "deployed",
    version: 4,
    plan: { project: "shop", summary: { create: 1, keep: 0 }, changes: [{ resource: "web" }] },
    results: [{ resource: "web", outcome: "done" }],
  });
  // Who reads data is a program, also when it was started on a terminal.
  const needed = await run(deploys, { args: { format: "json" }, typed: "y\n" });
  expect(needed.code).toBe(3);
  expect(JSON.parse(needed.stdout)).toMatchObject({
    status: "confirmation-needed",
    version: null,
    plan: { hasChanges: true },
  });
});

it("carryOut() passes on what people said", async () => {
  let got: ApplyOptions = {};
  const args = {
    target: ["web"],
    rollback: "off",
    lockTimeout: 5_000,
    retry: true,
    deleteData: true,
    keepFiles: true,
  } as const;
  await run(
    async (options) => {
      got = options;
      return outcomeOf({ status: "unchanged" });
    },
    { args },
  );
  expect(got).toMatchObject({
    targets: ["web"],
    rollback: "off",
    lockTimeoutMs: 5_000,
    mayRetry: true,
    mayDeleteData: true,
    keepFiles: true,
    command: "clockwork apply",
  });
});

it.each([
  ["deployed", 0],
  ["unchanged", 0],
  ["failed", 1],
  ["rolled-back", 1],
  ["declined", 3],
] as const)("carryOut() exits for %s with %i", async (status, code) => {
  expect((await run(async () => outcomeOf({ status }))).code).toBe(code);
});

it("carryOut() exits with 78 for what is wrong before anything is touched", async () => {
  const place = { file: "main.ts", line: 3, column: 1, property: null, hint: "adopt it" };
  const problem = { code: "resource-foreign", ...place, message: "somebody else made it" } as const;
  const { code, stdout, stderr } = await run(() =>
    Promise.reject(new ConfigurationError([problem])),
  );
  expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
  expect(stderr).toBe(
    "main.ts:3:1: somebody else made it (resource-foreign)\n  hint: adopt it\n\n1 problem. Nothing was changed.\n",
  );
});

it("carryOut() leaves what the world refused to those above, interrupted or not", async () => {
  const refused = new DeployError("no room");
  await expect(run(() => Promise.reject(refused))).rejects.toBe(refused);
  const signal = AbortSignal.abort(new Error("interrupted"));
  await expect(run(() => Promise.reject(refused), { signal })).rejects.toBe(refused);
});

it("carryOut() exits with 130 when it was interrupted, and says how it goes on", async () => {
  const controller = new AbortController();
  const plan = planOf([changeOf(), changeOf({ resource: "db" })]);
  const interrupted = outcomeOf({ status: "interrupted", plan, results: [resultOf()] });
  const { code, stdout, stderr } = await run(
    async () => {
      controller.abort(new Error("interrupted"));
      return interrupted;
    },
    { signal: controller.signal },
  );
  expect(code).toBe(130);
  expect(stdout).toContain("The next apply continues where this one stopped.");
  expect(stderr).toBe("Interrupted: 1 of 2 steps were done.\n");
});

it("carryOut() says that nothing was changed when it was interrupted before it began", async () => {
  const controller = new AbortController();
  const { code, stderr } = await run(
    async ({ signal }) => {
      controller.abort(new Error("interrupted"));
      throw signal.reason;
    },
    { signal: controller.signal },
  );
  expect({ code, stderr }).toEqual({ code: 130, stderr: "Interrupted: nothing was changed.\n" });
});

it("carryOut() exits with 3 when its deadline passes", async () => {
  const { code, stderr } = await run(
    async ({ signal, onEvent }) => {
      onEvent?.({ type: "started", resource: "web", action: "create" });
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve);
      });
      return outcomeOf({ status: "interrupted", plan: PLAN });
    },
    { args: { deadline: 1 } },
  );
  expect(code).toBe(3);
  expect(stderr).toContain("The deadline passed: 0 of 1 steps were done.");
});
