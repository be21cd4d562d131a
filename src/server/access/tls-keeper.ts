import { stat } from "node:fs/promises";
import type { SecureContextOptions } from "node:tls";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { Clock } from "../../ports/clock.ts";
import type { TlsKeeper } from "../listening-server.ts";
import { readTlsFiles, type TlsMaterial } from "./read-tls-files.ts";
import type { TlsFiles } from "./settings.ts";
import type { Authorities } from "./x509/judge-chain.ts";

/** Whose certificates are believed at this moment. */
export interface Trust {
  /** Null where no certificates are: then nobody is known by one. */
  readonly authorities: () => Authorities | null;
  /** Told when that becomes another. */
  readonly onChange: (listener: () => void) => () => void;
}

/** What a keeper of certificates works with. */
export interface KeeperOptions {
  readonly clock: Pick<Clock, "after" | "now">;
  /** Told, in a sentence, of files that cannot be used: those that were read before count on. */
  readonly onProblem: (reason: string) => void;
  /** Told when other files count. */
  readonly onReload: () => void;
}

/** The certificates of a server, as its files have them. */
export interface FileTlsKeeper extends TlsKeeper, Trust, Disposable {
  /** True where there is a certificate of the server; otherwise this only knows whom to believe. */
  readonly isServing: boolean;
  /** Reads the files again; what cannot be used is told, and changes nothing. */
  readonly reload: () => Promise<void>;
}

/** How often files are looked at. */
const POLL_MS = 2_000;

/**
 * Reads the certificates of a server, and again whenever their files change.
 *
 * @param files - Where they are.
 * @param options - The clock, and who is told.
 * @returns The keeper; disposing of it ends the looking.
 * @throws {@link ConfigurationError} When they cannot be used: which file, and why.
 */
export async function keepTls(files: TlsFiles, options: KeeperOptions): Promise<FileTlsKeeper> {
  const stamp = await stampOf(files);
  return new Keeper(files, options, { material: await readTlsFiles(files), stamp });
}

interface Kept {
  readonly material: TlsMaterial;
  /** Of the files, when they were read. */
  readonly stamp: string;
}

class Keeper implements FileTlsKeeper {
  readonly isServing: boolean;
  readonly #files: TlsFiles;
  readonly #options: KeeperOptions;
  readonly #listeners = new Set<() => void>();
  #material: TlsMaterial;
  #stamp: string;
  #told = "";
  #isOver = false;
  #cancel: () => void;
  #reading: Promise<void> = Promise.resolve();

  constructor(files: TlsFiles, options: KeeperOptions, { material, stamp }: Kept) {
    this.#files = files;
    this.#options = options;
    this.#material = material;
    this.#stamp = stamp;
    this.isServing = files.cert !== null;
    this.#warnOfOldLists();
    this.#cancel = this.#pollLater();
  }

  secureContext(): SecureContextOptions {
    return this.#material.secureContext;
  }

  authorities(): Authorities | null {
    return this.#material.authorities;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  reload(): Promise<void> {
    return this.#read(true);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#cancel();
    this.#listeners.clear();
  }

  #pollLater(): () => void {
    return this.#options.clock.after(POLL_MS, () => {
      void this.#read(false).finally(() => {
        if (!this.#isOver) this.#cancel = this.#pollLater();
      });
    });
  }

  // One after the other, so that what was read last counts.
  #read(isAsked: boolean): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readNow(isAsked));
    return this.#reading;
  }

  async #readNow(isAsked: boolean): Promise<void> {
    try {
      const stamp = await stampOf(this.#files);
      if (this.#isOver || (stamp === this.#stamp && !isAsked)) return;
      // Remembered before they are read: what is written meanwhile is another change.
      this.#stamp = stamp;
      this.#use(await readTlsFiles(this.#files));
    } catch (error) {
      this.#tell(reasonOf(error));
    }
  }

  #use(material: TlsMaterial): void {
    if (this.#isOver) return;
    this.#material = material;
    this.#told = "";
    this.#warnOfOldLists();
    for (const listener of this.#listeners) listener();
    this.#options.onReload();
  }

  #warnOfOldLists(): void {
    const now = this.#options.clock.now();
    const lists = this.#material.authorities?.lists ?? [];
    if (lists.every(({ nextUpdate }) => nextUpdate === null || nextUpdate > now)) return;
    this.#tell(
      "a list of revoked certificates is out of date: nobody of its authority is admitted",
    );
  }

  // The same once, until it is better again.
  #tell(reason: string): void {
    if (reason !== this.#told) this.#options.onProblem(reason);
    this.#told = reason;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigurationError) {
    return error.diagnostics.map(({ file, message }) => `${file}: ${message}`).join("; ");
  }
  return error instanceof Error ? error.message : String(error);
}

// What changes when a file is written, replaced or renamed over.
async function stampOf({ cert, key, ca, crl }: TlsFiles): Promise<string> {
  const stamps = [cert, key, ca, crl].map(async (path) => {
    if (path === null) return "-";
    try {
      const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
      return [mtimeNs, ctimeNs, size, ino].join(" ");
    } catch {
      return "missing";
    }
  });
  return (await Promise.all(stamps)).join(", ");
}
