import type { Clock } from "../../ports/clock.ts";
import type { TlsKeeper } from "../listening-server.ts";
import type { TlsFiles } from "./settings.ts";

/** Whose certificates are believed at this moment. */
export interface Trust {
  /** Told when that becomes another. */
  readonly onChange: (listener: () => void) => () => void;
}

/** What a keeper of certificates works with. */
export interface KeeperOptions {
  readonly clock: Clock;
  /** Told, in a sentence, of files that cannot be used: those that were read before count on. */
  readonly onProblem: (reason: string) => void;
  /** Told when other files count. */
  readonly onReload: () => void;
}

/** The certificates of a server, as its files have them. */
export interface FileTlsKeeper extends TlsKeeper, Trust, Disposable {
  /** Reads the files again; what cannot be used is told, and changes nothing. */
  readonly reload: () => Promise<void>;
}

/**
 * Reads the certificates of a server, and again whenever their files change.
 *
 * @param files - Where they are.
 * @param options - The clock, and who is told.
 * @returns The keeper.
 * @throws {@link RangeError} When they cannot be used: which file, and why.
 */
export function keepTls(files: TlsFiles, options: KeeperOptions): Promise<FileTlsKeeper> {
  void options;
  return Promise.reject(new RangeError(`not read yet: ${String(files.cert)}`));
}
