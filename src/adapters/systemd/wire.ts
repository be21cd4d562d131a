/** A value with its type beside it. */
export interface Variant {
  /** One complete type. */
  readonly signature: string;
  readonly value: WireValue;
}

/**
 * A value of D-Bus. Numbers of 64 bits are a bigint; a struct is a list; a dictionary is a list of pairs; a path of an object
 * and a signature are text; a file descriptor is its place in the list that was sent along.
 */
export type WireValue = number | bigint | boolean | string | Variant | readonly WireValue[];

/** Which byte of a number comes first. */
export type ByteOrder = "little" | "big";

/** More is neither read nor written. */
export const LIMIT_BYTES = 1024 * 1024;

/** Whole numbers, by the code of their type. */
export const INTEGERS = {
  y: { sizeBytes: 1, minimum: 0, maximum: 0xff },
  n: { sizeBytes: 2, minimum: -0x80_00, maximum: 0x7f_ff },
  q: { sizeBytes: 2, minimum: 0, maximum: 0xff_ff },
  i: { sizeBytes: 4, minimum: -0x80_00_00_00, maximum: 0x7f_ff_ff_ff },
  u: { sizeBytes: 4, minimum: 0, maximum: 0xff_ff_ff_ff },
  h: { sizeBytes: 4, minimum: 0, maximum: 0xff_ff_ff_ff },
} as const;

/** The code of a type of whole numbers that a number can hold. */
export type IntegerCode = keyof typeof INTEGERS;

/**
 * Tells lists apart from all other values: arrays, structs and dictionaries.
 *
 * @param value - Anything that may be a value.
 * @returns True for a list.
 */
export function isList(value: WireValue | undefined): value is readonly WireValue[] {
  return Array.isArray(value);
}

/**
 * Tells variants apart from all other values.
 *
 * @param value - Anything that may be a value.
 * @returns True for a variant.
 */
export function isVariant(value: WireValue | undefined): value is Variant {
  return typeof value === "object" && !isList(value);
}
