/** An object that lives in a server; clients have proxies for it. */
export class Entry {
  readonly server: string;
  readonly id: number;
  readonly typeid: string;
  readonly standard: boolean;
  readonly object: object;
  readonly exposed: ReadonlySet<string>;
  /** For what some of its methods give, which stays here: the type of the proxy. */
  readonly methodTypes: ReadonlyMap<string, string>;

  /** What it is called in reports. */
  get label(): string {
    return `${this.typeid}#${this.id}`;
  }

  constructor(made: Omit<Entry, "label">) {
    this.server = made.server;
    this.id = made.id;
    this.typeid = made.typeid;
    this.standard = made.standard;
    this.object = made.object;
    this.exposed = made.exposed;
    this.methodTypes = made.methodTypes;
  }
}
