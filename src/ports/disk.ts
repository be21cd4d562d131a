/** The disk of this machine, as those see it who write to it. */
export interface Disk {
  readonly placeholder: never;
}
