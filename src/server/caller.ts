import type { Role } from "../api/route.ts";

/** Who asks. */
export interface Caller {
  /** As the certificate names them; `local user` without one. */
  readonly who: string;
  /** Null for who may ask only what is open to all. */
  readonly role: Role | null;
  /** The address it comes from. */
  readonly from: string;
  /** True for who may do everything on this machine anyway: how often they ask is not counted. */
  readonly isUncounted?: true;
}
