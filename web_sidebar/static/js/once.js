// Pressed again before the answer is there it is meant once: while one work goes on, another does not begin.
export function once() {
  let busy = false;
  return async work => {
    if (busy) return;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  };
}
