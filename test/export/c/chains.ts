import { Sketch } from "../../fixtures/integer/sketch.js";

/** A sketch with steps for chains of dense layers. */
export class Chain extends Sketch {
  dense(x: number, units: number): number {
    const { shape, type } = this.tensors[x]!;
    const weights = this.weights([units, shape.at(-1)!], { axis: 0 });
    const inputs = [x, weights, this.bias(x, weights, 100)];
    const output = this.activation([...shape.slice(0, -1), units], { scale: 0.1, type });
    return this.op({ type: "fullyConnected", inputs, activation: "none" }, output);
  }

  reshape(x: number, shape: readonly number[]): number {
    const { scale, zeroPoint } = this.tensors[x]!;
    const output = this.activation(shape, { scale: scale[0]!, zeroPoint: zeroPoint[0]! });
    return this.op({ type: "reshape", inputs: [x] }, output);
  }
}
