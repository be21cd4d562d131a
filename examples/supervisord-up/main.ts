import { fileURLToPath } from "node:url";
import { RestartSupervisorProgramAction } from "clockwork/actions";
import { FileResource, SupervisorProgramResource } from "clockwork/resources";

const serverUrl = `unix://${fileURLToPath(new URL("supervisor.sock", import.meta.url))}`;

export const motd = new FileResource({
  name: "motd",
  path: "motd.txt",
  content: "Kept by clockwork, which is kept by supervisord.\n",
  reconcile: true,
});

// A program that stands in supervisord.conf: clockwork did not make it, so what may be tried is said here.
export const worker = new SupervisorProgramResource({
  name: "worker",
  serverUrl,
  checkInterval: "2s",
  reconcile: true,
  repair: [
    new RestartSupervisorProgramAction({ supervisorProgramName: "worker", serverUrl, attempts: 3 }),
  ],
});
