import type { WatchedRow } from "../../app/watching/watchlist.ts";
import type { Verdict } from "../../model/verdict.ts";

/** Shows a person what watching finds. */
export interface Display extends Disposable {
  /** Called after each look, with what is known of its resource now. */
  readonly onLook: (row: WatchedRow, verdict: Verdict) => void;
  /** Something happened besides: one line, without a time. */
  readonly onText: (text: string) => void;
}
