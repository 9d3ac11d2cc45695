/** What to take back if a message is lost that is being encoded at this moment. */
let takenBack: (() => void)[] | undefined;

/** To be called while something is encoded that counts as long as it is on its way. */
export function ifLost(takeBack: () => void): void {
  takenBack?.push(takeBack);
}

/**
 * What `encode` gives, and what to call if the message is lost, or may be: what has
 * arrived is not taken back. If it throws, all is.
 */
export function onItsWay<A>(encode: () => A): { readonly value: A; readonly lost: () => void } {
  const outer = takenBack;
  const mine: (() => void)[] = [];
  const lost = () => {
    for (const takeBack of mine.splice(0)) takeBack();
  };
  takenBack = mine;
  try {
    return { value: encode(), lost };
  } catch (error) {
    lost();
    throw error;
  } finally {
    takenBack = outer;
  }
}
