import { expect, it } from "vitest";
import { openDeployment } from "../../../src/app/deploy/open-deployment.ts";
import { openProject } from "../../../src/app/project/open-project.ts";
import { ConfigurationError } from "../../../src/model/diagnostic.ts";
import { errorOf } from "../../support/acting.ts";
import { testFolder } from "../../support/folder.ts";

const IMPORTS = `
import { secret } from "clockwork";
import { CallWebhookAction, RestartAction, RestartSupervisorProgramAction, RunCommandAction } from "clockwork/actions";
import { FileResource } from "clockwork/resources";
`.trim();

const WEBHOOK = "http://127.0.0.1:9000/hook";

it("repairs are declared as actions, and deployed as data without any secret", async () => {
  using folder = testFolder();
  folder.write(
    "main.ts",
    `${IMPORTS}
new FileResource({
  name: "motd",
  path: "motd.txt",
  content: "hello",
  reconcile: true,
  repair: [
    new RestartAction(),
    new RunCommandAction({ command: ["touch", "repaired"], timeout: "5s", attempts: 1 }),
    new RestartSupervisorProgramAction({
      supervisorProgramName: "workers:*",
      username: "keeper",
      password: secret.env("SUPERVISOR_PASSWORD"),
    }),
    new CallWebhookAction({ url: "${WEBHOOK}", headers: { Authorization: secret.file("token") } }),
  ],
});
new FileResource({ name: "bare", path: "bare.txt", content: "", repair: false });
`,
  );
  const project = await openProject(folder.path);
  const { status } = await project.apply();
  expect(status).toBe("deployed");
  await using deployment = await openDeployment(folder.path);
  const deployed = await deployment.resources();
  expect(deployed.get("motd")?.spec.policy.repair).toEqual([
    { action: "restart", parameters: {}, attempts: 2 },
    {
      action: "run-command",
      parameters: {
        command: ["touch", "repaired"],
        workingDir: null,
        environment: {},
        timeout: 5,
        expectedReturnCode: 0,
      },
      attempts: 1,
    },
    {
      action: "restart-supervisor-program",
      parameters: {
        supervisorProgramName: "workers:*",
        serverUrl: null,
        username: "keeper",
        password: { secretEnv: "SUPERVISOR_PASSWORD" },
        wait: true,
        timeout: 60,
      },
      attempts: 2,
    },
    {
      action: "call-webhook",
      parameters: {
        url: WEBHOOK,
        method: "POST",
        headers: { Authorization: { secretFile: "token" } },
        body: null,
        expectedStatusCode: "2xx",
        timeout: 10,
      },
      attempts: 2,
    },
  ]);
  expect(deployed.get("bare")?.spec.policy.repair).toBe(false);
});

it("wrong options of actions are told together, each with its line, and no secret is shown", async () => {
  using folder = testFolder();
  folder.write(
    "main.ts",
    `${IMPORTS}
new FileResource({
  name: "motd",
  path: "motd.txt",
  content: "hello",
  repair: [
    new RunCommandAction({ command: "touch repaired" }),
    new RestartAction({ attempt: 3 }),
    new RestartSupervisorProgramAction({
      username: "keeper",
      password: "hunter2",
    }),
    new RestartSupervisorProgramAction({ username: "keeper" }),
    "restart",
  ],
});
`,
  );
  const error = await errorOf(openProject(folder.path));
  expect(error).toBeInstanceOf(ConfigurationError);
  const diagnostics = error instanceof ConfigurationError ? error.diagnostics : [];
  expect(diagnostics.map(({ line, property }) => [line, property])).toEqual([
    [4, "FileResource.repair[4]"],
    [9, "RunCommandAction.command"],
    [10, "RestartAction.attempt"],
    [11, "RestartSupervisorProgramAction.password"],
    [15, "RestartSupervisorProgramAction"],
  ]);
  expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
});
