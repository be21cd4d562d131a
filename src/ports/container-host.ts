/** Container engines of this machine, as those see them who make containers. */
export interface ContainerHost {
  readonly placeholder: never;
}
