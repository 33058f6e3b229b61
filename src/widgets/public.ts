export { type ButtonOptions, button } from "./button.js";
export { type CheckboxOptions, checkbox } from "./checkbox.js";
export { type CustomOptions, custom } from "./custom.js";
export {
  type Controllable,
  type ControlValue,
  type ControlValues,
  interact,
} from "./interact.js";
export { output } from "./output.js";
export { type ProgressOptions, progress } from "./progress.js";
export { type SelectOptions, select } from "./select.js";
export { type SliderOptions, slider } from "./slider.js";
export type { Widget } from "./widget.js";
