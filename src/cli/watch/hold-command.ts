import { whoami } from "../../app/whoami.ts";
import type { HoldRequest } from "../../model/control.ts";
import { EXIT_CODES } from "../../model/report.ts";
import type { CommandContext } from "../command.ts";
import type { DataFormat } from "../deploy/deploy-options.ts";
import { jsonText } from "../deploy/json-text.ts";
import { tellingProblems } from "../deploy/problems.ts";
import { holdScope, holdText } from "./hold-text.ts";
import { scopeOf } from "./watch-options.ts";
import { withControl } from "./with-control.ts";

/** What people say about what is to be held. */
export interface HoldArguments {
  readonly project?: string | undefined;
  readonly all?: true | undefined;
  readonly for?: number | undefined;
  readonly comment?: string | undefined;
  readonly format: DataFormat;
}

/**
 * Holds something back, and tells so.
 *
 * @param kind - What is held back.
 * @param resource - The resource that was named, if one was.
 * @param args - For how long, and why.
 * @param context - Streams, and when to stop.
 * @returns The exit code.
 */
export async function runHold(
  kind: HoldRequest["kind"],
  resource: string | undefined,
  args: HoldArguments,
  context: CommandContext,
): Promise<number> {
  const { stdout } = context;
  const { project, all, comment = "", format } = args;
  return await tellingProblems(context, null, async () => {
    const scope = scopeOf(resource, all === true);
    const forMs = args.for ?? null;
    const command = `clockwork ${kind}`;
    return await withControl({ project, command }, context, async ({ control }) => {
      const hold = await control.hold({ kind, resource: scope, forMs, by: whoami(), comment });
      const end = `clockwork resume ${scope ?? "--all"}`;
      const text = `${holdScope(hold)} is ${holdText(hold, Date.now())}\n${end} ends that.\n`;
      stdout.write(format === "json" ? jsonText(hold) : text);
      return EXIT_CODES.pass;
    });
  });
}
