import { type Block, type BlockAddress, makeBlock, openBlock } from "./block.ts";
import { type AnyView, type Format, formatOf, type Item, type Typecode } from "./typecodes.ts";

/** Items as data. */
export interface PackedItems {
  readonly code: Typecode;
  readonly length: number;
  readonly block: BlockAddress;
}

/** Items of one typecode in shared memory. */
export class Items {
  readonly code: Typecode;
  readonly format: Format;
  readonly view: AnyView;
  readonly length: number;
  readonly #block: Block;

  /** New ones, all zero. @throws TypeError for what is no typecode. */
  static make(code: Typecode, length: number): Items {
    const { bytes } = formatOf(code);
    return new Items(code, length, makeBlock(Math.max(1, length * bytes)));
  }

  /** A new one of one item, zero if none is given. @throws TypeError or RangeError for one that is not of the code. */
  static makeOne(code: Typecode, initial: unknown): Items {
    const items = Items.make(code, 1);
    if (initial !== undefined) items.set(0, initial);
    return items;
  }

  static open({ code, length, block }: PackedItems): Items {
    return new Items(code, length, openBlock(block));
  }

  private constructor(code: Typecode, length: number, block: Block) {
    this.code = code;
    this.format = formatOf(code);
    this.length = length;
    this.view = block.view<AnyView>(this.format.type, length);
    this.#block = block;
  }

  pack(): PackedItems {
    return { code: this.code, length: this.length, block: this.#block.send() };
  }

  get(index: number): Item {
    return this.format.decode(this.format.load(this.view, index));
  }

  set(index: number, item: unknown): void {
    this.format.store(this.view, index, this.format.encode(item));
  }
}
