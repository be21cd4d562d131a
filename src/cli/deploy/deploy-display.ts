import type { DeployEvent } from "../../model/deploy-event.ts";

/** Shows a person how far a deployment has come. */
export interface DeployDisplay extends Disposable {
  readonly onEvent: (event: DeployEvent) => void;
  /** Takes away what is drawn, so that something else can be written; the next event draws again. */
  readonly clear: () => void;
}
