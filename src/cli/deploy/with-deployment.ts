import type { Deployment } from "../../app/deploy/deployment.ts";
import type { CommandContext } from "../command.ts";
import { INTERRUPTED, tellInterrupt } from "../report-output.ts";
import { tellingProblems } from "./problems.ts";

/**
 * Looks at what was deployed of a project, and changes nothing.
 *
 * @param path - The project, as it was named; the current folder by default.
 * @param context - Streams, and when to stop.
 * @param look - What is done with it.
 * @returns The exit code.
 * @throws {@link DeployError} When its state cannot be read.
 */
export async function withDeployment(
  path: string | undefined,
  context: CommandContext,
  look: (deployment: Deployment) => Promise<number>,
): Promise<number> {
  const { signal } = context;
  return await tellingProblems(context, null, async () => {
    try {
      const { openDeployment } = await import("../../app/deploy/open-deployment.ts");
      await using deployment = await openDeployment(path, { signal });
      return await look(deployment);
    } catch (error) {
      if (!signal.aborted) throw error;
      tellInterrupt("nothing was told", context);
      return INTERRUPTED;
    }
  });
}
