/** systemd, as those see it who change its units. */
export interface SystemdControl {
  readonly placeholder: never;
}
