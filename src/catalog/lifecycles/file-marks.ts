import { isSameThing, type Marks } from "../../model/marks.ts";
import type { FilePlace } from "./file-place.ts";

/** Whose thing is being made. */
export interface Marking {
  readonly marks: Marks;
  readonly kind: string;
  /** What the book said before: marks without a thing. */
  readonly booked: Marks | null;
}

/**
 * Marks a place before something takes it. Of two who do so at once, one has it.
 *
 * @param place - The place, in which nothing is.
 * @param marking - Whose thing is being made.
 * @throws {@link DeployError} When somebody else has marked it meanwhile.
 */
export async function markPlace(
  { claim, world }: FilePlace,
  { marks, kind, booked }: Marking,
): Promise<void> {
  const book = await world.markBook();
  if (isSameThing(booked, marks)) return;
  if (booked !== null) await book.erase(claim, booked);
  await book.write(claim, marks, kind, { isNew: true });
}

/**
 * Takes marks back because something else has taken the place. Whoever was marking it at the same moment gets theirs again.
 *
 * @param place - The place.
 * @param marking - Whose thing was being made.
 */
export async function unmarkPlace(
  { claim, world }: FilePlace,
  { marks, kind, booked }: Marking,
): Promise<void> {
  const book = await world.markBook();
  await book.erase(claim, marks);
  if (booked === null || isSameThing(booked, marks) || (await book.find(claim)) !== null) return;
  await book.write(claim, booked, kind);
}

/**
 * Makes sure that what has taken its place has its marks, whoever wanted the same place meanwhile.
 *
 * @param place - The place.
 * @param marking - Whose thing was made.
 */
export async function confirmMarks(
  { claim, world }: FilePlace,
  { marks, kind }: Marking,
): Promise<void> {
  const book = await world.markBook();
  if (!isSameThing(await book.find(claim), marks)) await book.write(claim, marks, kind);
}
