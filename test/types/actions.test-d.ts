/**
 * What the types of actions let through. `tsc --noEmit` checks this file, and nothing runs it: an error that is expected and
 * does not come is one itself.
 */
import {
  CallWebhookAction,
  RestartAction,
  RestartSupervisorProgramAction,
  RunCommandAction,
  SendSignalAction,
} from "../../src/actions.ts";
import { FileExistsAssert } from "../../src/assertions.ts";
import { secret } from "../../src/index.ts";
import { HostResource } from "../../src/resources.ts";

new RestartAction();
new RestartAction({ attempts: 3 });
// @ts-expect-error it has no such option
new RestartAction({ attempt: 3 });
new RunCommandAction({ command: ["true"], timeout: "5s", environment: { A: secret.env("A") } });
// @ts-expect-error a command is a list
new RunCommandAction({ command: "true" });
// @ts-expect-error the command is missing
new RunCommandAction();
new SendSignalAction({ signal: "SIGHUP", pid: 7 });
new CallWebhookAction({ url: secret.env("HOOK"), body: { list: [1, null] } });
new RestartSupervisorProgramAction({ username: "a", password: secret.file("a") });
// @ts-expect-error a project never holds the secret itself
new RestartSupervisorProgramAction({ username: "a", password: "a" });

const assertions = [new FileExistsAssert({ path: "/a" })];
new HostResource({
  assertions,
  repair: [new RestartAction(), new RunCommandAction({ command: ["true"] })],
});
new HostResource({ assertions, repair: false });
// @ts-expect-error an assertion is no action
new HostResource({ assertions, repair: assertions });
