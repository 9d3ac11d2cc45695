/** The Processes that were started here and whose end is not known. */
export const liveChildren: Set<object> = /* @__PURE__ */ new Set();
