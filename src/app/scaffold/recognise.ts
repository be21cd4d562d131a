import { ConfigurationError, type Diagnostic } from "../../model/diagnostic.ts";
import { ObservationError } from "../../model/errors.ts";
import { quoted } from "../../model/wording.ts";
import { UnusableWord, type Sight, type SightScope, type Subject } from "./sight.ts";
import { certificateSight } from "./sights/certificate.ts";
import { containerSight, prefixedContainerSight } from "./sights/container.ts";
import { pathSight } from "./sights/path.ts";
import { portSight } from "./sights/port.ts";
import { prefixedProcessSight, processSight } from "./sights/process.ts";
import { urlSight } from "./sights/url.ts";

/** In the order in which a word is tried. A prefix comes before `host:port`, for it is there to leave no doubt. */
const SIGHTS: readonly Sight[] = [
  urlSight,
  certificateSight,
  prefixedContainerSight,
  prefixedProcessSight,
  portSight,
  pathSight,
  containerSight,
  processSight,
];

/** An engine that is asked whether it knows a name answers at once, or is of no use. */
const LIMIT_MS = 5_000;

/**
 * Tells what words mean.
 *
 * @param words - As typed.
 * @param scope - Where is looked.
 * @returns What each means.
 * @throws {@link ConfigurationError} With every word that means nothing.
 */
export async function recognise(
  words: readonly string[],
  scope: SightScope,
): Promise<readonly Subject[]> {
  const recognised = await Promise.all(words.map((word) => recogniseOne(word, scope)));
  const problems = recognised.filter((each) => "code" in each);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return recognised.filter((each) => "look" in each);
}

async function recogniseOne(word: string, scope: SightScope): Promise<Subject | Diagnostic> {
  const reasons: string[] = [];
  for (const sight of SIGHTS) {
    const limit = AbortSignal.timeout(LIMIT_MS);
    const signal = AbortSignal.any([scope.signal, limit]);
    try {
      const subject = await sight.recognise(word, { ...scope, signal });
      if (subject !== null) return subject;
    } catch (error) {
      if (error instanceof UnusableWord) {
        return unusable(`${quoted(word)} ${error.message}`, FORMS);
      }
      // Where one cannot be asked, the word may still mean another.
      const reason = reasonOf(error, limit);
      if (reason === null || scope.signal.aborted) throw error;
      reasons.push(`${sight.form} could not be looked up: ${reason}`);
    }
  }
  const message = `${quoted(word)} is nothing that is known or found here`;
  return unusable(message, [...reasons, FORMS].join("; "));
}

function reasonOf(error: unknown, limit: AbortSignal): string | null {
  if (error instanceof ObservationError) return error.message;
  return limit.aborted ? `no answer within ${String(LIMIT_MS / 1_000)} s` : null;
}

const FORMS = `it takes ${SIGHTS.map(({ form }) => form).join("; ")}`;

function unusable(message: string, hint: string): Diagnostic {
  const place = { file: "", line: null, column: null, property: null };
  return { ...place, code: "usage-invalid", message, hint };
}
