/** Where a function stands, for the traces of its errors. */
export interface Place {
  readonly module: string;
  readonly line: number;
}

/** How a function, or a subclass of Process, is found again in another process. */
export type FunctionRef =
  /** By the name under which `task` or `register` know it, once `module` is loaded. */
  | { readonly kind: "registered"; readonly key: string; readonly module: string }
  /** It uses nothing from around it: an expression that gives it. */
  | { readonly kind: "source"; readonly code: string; readonly place: Place | undefined }
  /** Among what `module` exports, by its name and its source. */
  | {
      readonly kind: "export";
      readonly module: string;
      readonly name: string;
      readonly source: string;
      /** What it uses from around it, for the error if it is not exported; not said of classes. */
      readonly needs: string | undefined;
    };

// biome-ignore lint/suspicious/noExplicitAny: whatever can be called or constructed, with any arguments
export type AnyFunction = (...args: any[]) => unknown;
