/** Questions that have no answer yet. */
export interface Questions {
  /** Resolves with what `find` finds, now or after a change. */
  when<T>(find: () => T | undefined): Promise<T>;
  /** Something changed: all are asked again. */
  ask(): void;
  /** None of them will be answered any more. */
  drop(): void;
}

/** No questions yet. */
export const createQuestions = (): Questions => {
  let open: (() => boolean)[] = [];
  return {
    when: (find) =>
      new Promise((resolve) => {
        const settle = (): boolean => {
          const found = find();
          if (found !== undefined) resolve(found);
          return found !== undefined;
        };
        if (!settle()) open.push(settle);
      }),
    ask() {
      open = open.filter((settle) => !settle());
    },
    drop() {
      open = [];
    },
  };
};
