import type { Layer } from '../declaration/layer.ts'

/** The layer that a builder fills: for the application itself, out of its users' sight. */
export let layerOf: (builder: Layered) => Layer

/** Whatever fills a layer. */
export abstract class Layered {
  readonly #layer: Layer

  static {
    layerOf = (builder) => builder.#layer
  }

  constructor(layer: Layer) {
    this.#layer = layer
  }
}
