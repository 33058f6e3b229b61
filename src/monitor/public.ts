export { type MonitorOptions, monitor, restoreMonitor } from "./make.js";
export { type Alarm, Monitor } from "./monitor.js";
