/** One address of a host. */
export interface Address {
  /** An IPv4 or IPv6 literal, without brackets. */
  readonly address: string;
  readonly family: 4 | 6;
}

/** Turns names of hosts into addresses. */
export interface Resolver extends AsyncDisposable {
  /**
   * Tells what is known at once: literals, the hosts file, names asked for lately.
   *
   * @param hostname - As in a URL; an IPv6 literal may have brackets.
   * @returns One or more addresses; null when somebody has to be asked.
   */
  readonly lookup: (hostname: string) => readonly Address[] | null;
  /**
   * Finds the addresses of a host.
   *
   * @param hostname - As in a URL; an IPv6 literal may have brackets.
   * @param signal - Gives up; the promise then rejects with the signal's reason.
   * @returns One or more addresses, in the order in which they should be tried.
   * @throws {@link TransportError} When the name has no address, or none could be learned.
   * @throws {@link TransportClosedError} When the resolver has been disposed.
   */
  readonly resolve: (hostname: string, signal: AbortSignal) => Promise<readonly Address[]>;
}
