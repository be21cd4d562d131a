import type { ProjectDeclaration } from "../../model/project.ts";
import type { SourceLocation } from "../../model/source-location.ts";

/** What the process that loads a project says, once. */
export type LoadMessage =
  | { readonly state: "loaded"; readonly declaration: ProjectDeclaration }
  | {
      readonly state: "exited";
      readonly exitCode: number;
      /** Which line ended the process; null when none is known. */
      readonly at: SourceLocation | null;
    };

/** The file descriptor on which it is said. */
export const MESSAGE_DESCRIPTOR = 3;
