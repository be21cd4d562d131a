import { ConfigurationError } from "../model/diagnostic.ts";
import { closest, quoted } from "../model/wording.ts";
import type { ServedProject, ServedWatching } from "../ports/served.ts";
import type { Handling } from "./handler.ts";
import { Refusal } from "./refusal.ts";
import { surveyOf } from "./surveys.ts";

/**
 * Finds a project by its name.
 *
 * @param name - As it was asked for.
 * @param handling - What is served.
 * @returns The project.
 * @throws {@link Refusal} When there is none of that name.
 */
export function projectNamed(name: string, { served }: Pick<Handling, "served">): ServedProject {
  const projects = served.projects();
  const found = projects.find((project) => project.name === name);
  if (found !== undefined) return found;
  const names = projects.map((project) => project.name);
  throw notThere("project-unknown", `No project is called ${quoted(name)}.`, closest(name, names));
}

/**
 * Finds what a project can be changed by.
 *
 * @param project - The project.
 * @returns Whoever watches it.
 * @throws {@link Refusal} When this server only reads.
 */
export function watchingOf({ watching, name }: ServedProject): ServedWatching {
  if (watching !== null) return watching;
  throw new Refusal(409, "read-only", `This server only reads the state of ${name}.`, {
    hint: "Ask the clockwork up that watches it.",
  });
}

/**
 * Refuses a resource that does not exist.
 *
 * @param resource - As it was asked for.
 * @param project - Where it should be.
 * @param handling - What time it is.
 * @throws {@link Refusal} When it does not.
 */
export async function refuseUnknown(
  resource: string,
  project: ServedProject,
  handling: Pick<Handling, "clock">,
): Promise<void> {
  const known = project.watching?.entries() ?? (await surveyOf(project, handling)).byName;
  if (known.has(resource)) return;
  const text = `No resource of ${project.name} is called ${quoted(resource)}.`;
  throw notThere("resource-unknown", text, closest(resource, known.keys()));
}

/**
 * Does something with a resource. Whether it exists is looked up only when that goes wrong.
 *
 * @param resource - As it was asked for.
 * @param at - Where it should be, and what time it is.
 * @param work - Fails with a {@link ConfigurationError} when there is no such resource.
 * @returns What it gives.
 * @throws {@link Refusal} When there is no such resource.
 */
export async function withResource<T>(
  resource: string,
  at: { readonly project: ServedProject; readonly handling: Pick<Handling, "clock"> },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigurationError) await refuseUnknown(resource, at.project, at.handling);
    throw error;
  }
}

/**
 * Says that something is not there.
 *
 * @param code - Such as `incident-unknown`.
 * @param text - One sentence.
 * @param near - What may have been meant; null when nothing is near.
 * @returns The refusal.
 */
export function notThere(code: string, text: string, near: string | null = null): Refusal {
  return new Refusal(404, code, text, near === null ? {} : { hint: `Did you mean ${near}?` });
}
