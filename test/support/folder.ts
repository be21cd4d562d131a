import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of a test's own. */
export interface TestFolder extends Disposable {
  readonly path: string;
  /** Writes a file into it, and gives its path. */
  readonly write: (name: string, content: string) => string;
}

/** Makes a folder that is gone when the test is over. */
export function testFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), "clockwork-test-"));
  return {
    path,
    write: (name, content) => {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
