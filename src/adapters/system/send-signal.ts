import { DeployError } from "../../model/deploy-errors.ts";
import { standingAt } from "./hosted-processes.ts";
import { reasonOf, systemErrorCode } from "./system-failure.ts";

/**
 * Sends a signal to one process.
 *
 * @param pid - Its pid: neither 0 or less, which would mean a whole group or everybody, nor 1, nor our own.
 * @param signalName - Such as `SIGHUP`.
 * @param platform - What this machine runs.
 * @throws {@link DeployError} When there is no such process, it has ended, or it may not be told anything by us.
 */
export async function sendSignal(
  pid: number,
  signalName: string,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  await Promise.resolve();
  refuse(pid);
  // What has ended takes any signal, as long as its parent has not taken notice, and does nothing.
  if (platform === "linux" && standingAt(pid)?.hasEnded === true) throw gone(pid);
  tell(pid, signalName);
}

function refuse(pid: number): void {
  if (!Number.isSafeInteger(pid) || pid < 2) {
    throw new DeployError(`a signal needs a pid of 2 or more: got ${String(pid)}`);
  }
  if (pid === process.pid) {
    throw new DeployError(
      `process ${String(pid)} is Clockwork itself, which sends itself no signal`,
    );
  }
}

function tell(pid: number, signalName: string): void {
  try {
    process.kill(pid, signalName);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ESRCH") throw gone(pid);
    if (code === null) throw error;
    throw new DeployError(
      `cannot send ${signalName} to process ${String(pid)}: ${reasonOf(error, code)}`,
      { hint: "run as the user that it runs as, or as root", cause: error },
    );
  }
}

function gone(pid: number): DeployError {
  return new DeployError(`process ${String(pid)} does not run`);
}
